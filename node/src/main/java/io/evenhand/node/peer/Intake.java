package io.evenhand.node.peer;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Origin;
import io.evenhand.node.transport.Refused;
import java.util.Optional;

/// Takes messages of authenticated peers into a role's sessions.
///
/// When it returns, the new state is stored and the peer need not say it again. Whether the message
/// changed anything is the machine's business and is not told to the peer.
///
/// @param <S> states of the role
/// @param <M> messages of the protocol
public final class Intake<S, M> {
    private final Sessions<S, ?, M, ?> sessions;
    private final InboundWire<M> wire;
    private final Gate<S, M> gate;

    public Intake(Sessions<S, ?, M, ?> sessions, InboundWire<M> wire, Gate<S, M> gate) {
        this.sessions = sessions;
        this.wire = wire;
        this.gate = gate;
    }

    /// Who may say what, before anything of it is stored.
    public interface Gate<S, M> {
        /// A message for an exchange that is not known: makes a session, or refuses.
        ///
        /// @param origin where it came from, if it came in at a server of ours
        void unknown(PartyId from, Optional<Origin> origin, Bytes32 ref, M message) throws Refused;

        /// Whether this peer has a part in the session.
        boolean isParty(PartyId from, SessionKey session, S state);

        /// For messages that never start anything: what servers say to their clients.
        static <S, M> Gate<S, M> known(Party<S> parties) {
            return new Gate<>() {
                @Override
                public void unknown(PartyId from, Optional<Origin> origin, Bytes32 ref, M message)
                        throws Refused {
                    throw new Refused(Refused.Kind.UNKNOWN, "no exchange " + ref + " is open here");
                }

                @Override
                public boolean isParty(PartyId from, SessionKey session, S state) {
                    return parties.isParty(from, session, state);
                }
            };
        }
    }

    /// Whether a peer has a part in a session.
    public interface Party<S> {
        boolean isParty(PartyId from, SessionKey session, S state);
    }

    public void deliver(PartyId from, Envelope envelope) throws Refused {
        deliver(from, Optional.empty(), envelope);
    }

    public void deliver(PartyId from, Optional<Origin> origin, Envelope envelope) throws Refused {
        M message = wire.peek(envelope);
        if (sessions.state(envelope.ref()).isEmpty()) {
            wire.check(message, envelope.secrets().size());
            gate.unknown(from, origin, envelope.ref(), message);
        }
        // The lock is held over storing secrets and using them, or a twin could take them away.
        try {
            sessions.locked(
                    envelope.ref(),
                    () -> {
                        try {
                            take(from, envelope, message);
                        } catch (Refused e) {
                            throw new Carrier(e);
                        }
                        return true;
                    });
        } catch (Carrier e) {
            throw e.refused;
        }
    }

    private void take(PartyId from, Envelope envelope, M message) throws Refused {
        Bytes32 ref = envelope.ref();
        SessionKey key = sessions.key(ref);
        S state =
                sessions.state(ref)
                        .orElseThrow(() -> new Refused(Refused.Kind.UNKNOWN, "no exchange " + ref));
        if (!gate.isParty(from, key, state)) {
            throw new Refused(Refused.Kind.FORBIDDEN, "this exchange is not yours");
        }
        InboundWire.Arrived<M> arrived = wire.read(key, from, message, envelope.secrets());
        Sessions.Reaction reaction = sessions.receive(ref, from, arrived.message());
        boolean used =
                reaction instanceof Sessions.Reaction.Moved
                        && !sessions.state(ref).equals(Optional.of(state));
        if (!used) {
            wire.drop(arrived);
        }
    }

    /// Carries a refusal out of a lambda.
    private static final class Carrier extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Refused refused;

        Carrier(Refused refused) {
            super(refused);
            this.refused = refused;
        }
    }
}
