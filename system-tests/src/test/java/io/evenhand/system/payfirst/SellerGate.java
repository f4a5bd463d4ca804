package io.evenhand.system.payfirst;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Tokens;
import io.evenhand.node.evm.EvmAccount;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.InboundWire;
import io.evenhand.node.peer.Intake;
import io.evenhand.node.peer.Outboxes;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Origin;
import io.evenhand.node.transport.Outgoing;
import io.evenhand.node.transport.PeerHandler;
import io.evenhand.node.transport.Refused;
import io.evenhand.node.transport.Standing;
import io.evenhand.system.payfirst.PayFirst.Effect;
import io.evenhand.system.payfirst.PayFirst.Input;
import io.evenhand.system.payfirst.PayFirst.Message;
import io.evenhand.system.payfirst.PayFirst.State;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What buyers may do at a seller's server.
final class SellerGate implements PeerHandler, Intake.Gate<State, Message> {
    private final Sessions<State, Input, Message, Effect> sessions;
    private final Tokens tokens;
    private final Outboxes<Message> outboxes;
    private final EvmAccount account;
    private final Intake<State, Message> intake;

    SellerGate(
            Sessions<State, Input, Message, Effect> sessions,
            Tokens tokens,
            Outboxes<Message> outboxes,
            InboundWire<Message> wire,
            EvmAccount account) {
        this.sessions = sessions;
        this.tokens = tokens;
        this.outboxes = outboxes;
        this.account = account;
        this.intake = new Intake<>(sessions, wire, this);
    }

    @Override
    public Standing standing(PartyId peer) {
        return tokens.knows(peer) ? Standing.KNOWN : Standing.STRANGER;
    }

    @Override
    public boolean join(PartyId peer, Bytes32 token) {
        return tokens.join(peer, token);
    }

    @Override
    public void deliver(PartyId from, Origin origin, Envelope envelope) throws Refused {
        intake.deliver(from, Optional.of(origin), envelope);
    }

    @Override
    public void unknown(PartyId from, Optional<Origin> origin, Bytes32 ref, Message message)
            throws Refused {
        if (!(message instanceof Message.Order)) {
            throw new Refused(Refused.Kind.UNKNOWN, "no exchange " + ref + " is open here");
        }
        Octets mark =
                account.mark()
                        .orElseThrow(() -> new Refused(Refused.Kind.UNAVAILABLE, "no chain yet"));
        boolean _ = sessions.create(ref, List.of(from), mark, () -> new State.Waiting(from));
    }

    @Override
    public boolean isParty(PartyId from, SessionKey session, State state) {
        return switch (state) {
            case State.Waiting(PartyId buyer) -> buyer.equals(from);
            case State.Selling selling -> selling.buyer().equals(from);
            case State.Idle _, State.Buying _, State.Bought _, State.GaveUp _ -> false;
        };
    }

    @Override
    public List<Outgoing> outbox(PartyId peer, long afterSeq, int limit) {
        return outboxes.read(peer, afterSeq, limit);
    }

    @Override
    public Optional<BlobSource> readable(PartyId peer, Bytes32 ref, String name) {
        return Optional.empty();
    }

    @Override
    public BlobTarget accept(PartyId peer, Bytes32 ref, String name, long totalSize)
            throws Refused {
        throw new Refused(Refused.Kind.FORBIDDEN, "no files here");
    }

    @Override
    public void written(PartyId peer, Bytes32 ref, String name, Path file) {}
}
