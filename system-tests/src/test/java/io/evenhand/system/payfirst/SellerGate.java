package io.evenhand.system.payfirst;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.evm.EvmAccount;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.InboundWire;
import io.evenhand.node.peer.ServerGate;
import io.evenhand.node.transport.Origin;
import io.evenhand.node.transport.Refused;
import io.evenhand.system.payfirst.PayFirst.Effect;
import io.evenhand.system.payfirst.PayFirst.Input;
import io.evenhand.system.payfirst.PayFirst.Message;
import io.evenhand.system.payfirst.PayFirst.State;
import java.util.List;
import java.util.Optional;

/// What buyers may do at a seller's server.
final class SellerGate extends ServerGate<State, Message> {
    private final Sessions<State, Input, Message, Effect> sessions;
    private final EvmAccount account;

    SellerGate(
            Sessions<State, Input, Message, Effect> sessions,
            InboundWire<Message> wire,
            EvmAccount account) {
        super(sessions, wire);
        this.sessions = sessions;
        this.account = account;
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
}
