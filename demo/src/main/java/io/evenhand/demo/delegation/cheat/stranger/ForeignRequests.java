package io.evenhand.demo.delegation.cheat.stranger;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.RawClient;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.DelegationWire;
import io.evenhand.node.transport.ChunkSink;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.Progress;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A stranger who is let in as a customer of its own, and who has learnt the name of somebody
/// else's exchange.
public final class ForeignRequests implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "stranger-at-the-door",
                Cheater.STRANGER,
                "a stranger with an invite of its own calls off somebody else's exchange, sends its"
                        + " input and asks for its sealed work",
                "every request is made under a key that TLS proves, and an exchange is open to the keys of"
                        + " its own parties alone (decisions 20)",
                Outcome.SETTLED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.turnedAway(event, "provider", Refused.Kind.FORBIDDEN);
    }

    @Override
    public String prepare(DelegationNet net) {
        net.parties().option(DelegationRoles.PROVIDER, "--invites", "2");
        return "";
    }

    @Override
    public void play(DelegationNet net) throws IOException, InterruptedException {
        JsonNode working =
                net.parties()
                        .await(
                                DelegationRoles.PROVIDER,
                                event -> event.path("job").asText().equals("DoWork"),
                                "work");
        Bytes32 ref = Bytes32.parse(working.path("exchange").asText());
        Envelope refusal = envelope(ref);
        Invite invite =
                Invite.parse(
                        net.parties()
                                .of(DelegationRoles.PROVIDER)
                                .listening()
                                .path("invites")
                                .get(1)
                                .asText());
        Path loot = net.setup().folder().resolve("loot");
        try (RawClient stranger = RawClient.stranger(net, DelegationRoles.PROVIDER)) {
            boolean _ = stranger.says("calls it off, without an invite", c -> c.send(refusal));
            boolean _ = stranger.says("joins with an invite", c -> c.join(invite.token()));
            boolean _ = stranger.says("calls somebody's exchange off", c -> c.send(refusal));
            boolean _ =
                    stranger.says(
                            "sends another input for it",
                            c ->
                                    c.upload(
                                            DelegationWire.blob(ref, "input"),
                                            net.policy(),
                                            Progress.NONE));
            JsonNode _ = net.parties().await(DelegationRoles.CUSTOMER, "TransactionIncluded");
            boolean _ =
                    stranger.says(
                            "asks for its sealed work",
                            c -> c.download(DelegationWire.blob(ref, "sealed"), fetch(loot)));
        }
    }

    private static PeerClient.Fetch fetch(Path loot) {
        return new PeerClient.Fetch(
                loot, 1, PeerClient.Fetch.SEALED_CHUNK, ChunkSink.ANY, Progress.NONE);
    }

    private static Envelope envelope(Bytes32 ref) {
        Message message = new Message.Refuse("I have changed my mind");
        return new Envelope(
                DelegationMessages.PROTOCOL,
                ref,
                new Octets(Records.encode(Message.class, message)),
                List.of());
    }
}
