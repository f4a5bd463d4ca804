package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Trouble;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.transport.BlobName;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Origin;
import io.evenhand.node.transport.Outgoing;
import io.evenhand.node.transport.PeerHandler;
import io.evenhand.node.transport.PeerServer;
import io.evenhand.node.transport.PeerServerOptions;
import io.evenhand.node.transport.Refused;
import io.evenhand.node.transport.Standing;
import io.evenhand.node.transport.TlsIdentity;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The provider puts a program of its own behind its key: what the customer reads from it is not
/// what any honest program writes.
public final class OwnServer implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "malformed-delivery",
                Cheater.PROVIDER,
                "the provider answers with bytes that no honest program writes: other encodings of the same"
                        + " message, trailing bytes, nesting without end",
                "a message is read only if it is exactly what we would have written for it (canonical CBOR,"
                        + " decisions 2), within limits; the rest is passed over, and at tWork it is over",
                Outcome.ABORTED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.complained(event, "customer", Trouble.MESSAGE_PASSED_OVER);
    }

    /// The honest program must not deliver before the other one takes its place.
    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) ->
                Effects.each(
                        honest.step(state, input),
                        effect ->
                                effect instanceof Send(var _, Message.Deliver _)
                                        ? Stream.empty()
                                        : Stream.of(effect));
    }

    @Override
    public void play(DelegationNet net) throws IOException, InterruptedException {
        JsonNode accepted =
                net.parties()
                        .await(
                                DelegationRoles.CUSTOMER,
                                event -> event.path("to").asText().equals("AwaitingWork"),
                                "wait for work");
        Bytes32 ref = Bytes32.parse(accepted.path("exchange").asText());
        int port = net.parties().of(DelegationRoles.PROVIDER).listening().path("port").asInt();
        net.parties().kill(DelegationRoles.PROVIDER);
        TlsIdentity identity =
                new TlsIdentity(net.setup().keys(DelegationRoles.PROVIDER).identity());
        PeerServer server =
                net.keep(
                        PeerServer.start(
                                identity,
                                PeerServerOptions.on("127.0.0.1", port),
                                new Hostile(ref)));
        net.cheated("serves forged bytes with a program of its own on port " + server.port());
        net.awaitStoppedAndPassBeyond("tWork");
    }

    private record Hostile(Bytes32 ref) implements PeerHandler {
        /// Beyond every number that the honest program used.
        private static final long FIRST = 1L << 60;

        @Override
        public Standing standing(PartyId peer) {
            return Standing.KNOWN;
        }

        @Override
        public boolean join(PartyId peer, Bytes32 token) {
            return true;
        }

        @Override
        public void deliver(PartyId from, Origin origin, Envelope envelope) {}

        @Override
        public List<Outgoing> outbox(PartyId peer, long afterSeq, int limit) {
            // Once: the customer asks again with a higher number.
            if (afterSeq >= FIRST) {
                return List.of();
            }
            List<Outgoing> items = new ArrayList<>();
            for (byte[] message : forged()) {
                Envelope envelope =
                        new Envelope(
                                DelegationMessages.PROTOCOL, ref, new Octets(message), List.of());
                items.add(new Outgoing(FIRST + items.size(), new Octets(Records.encode(envelope))));
            }
            return items;
        }

        private static List<byte[]> forged() {
            byte[] honest = Records.encode(Message.class, new Message.Refuse("no"));
            byte[] trailing = Arrays.copyOf(honest, honest.length + 1);
            byte[] cut = Arrays.copyOf(honest, honest.length - 1);
            byte[] nested = new byte[100_000];
            Arrays.fill(nested, (byte) 0x81);
            // A count of 2^63 entries.
            byte[] endless = {
                (byte) 0x9b, 0x7f, -1, -1, -1, -1, -1, -1, -1,
            };
            byte[] longer = new byte[honest.length + 1];
            longer[0] = (byte) 0x98;
            longer[1] = (byte) (honest[0] & 0x1f);
            System.arraycopy(honest, 1, longer, 2, honest.length - 1);
            return List.of(trailing, cut, nested, endless, longer);
        }

        @Override
        public Optional<BlobSource> readable(PartyId peer, BlobName blob) {
            return Optional.empty();
        }

        @Override
        public BlobTarget accept(PartyId peer, BlobName blob, long totalSize) throws Refused {
            throw new Refused(Refused.Kind.UNAVAILABLE, "later");
        }

        @Override
        public void written(PartyId peer, BlobName blob, Path file) {}
    }
}
