package io.evenhand.node.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.evm.EvmAccount;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.InboundWire;
import io.evenhand.node.peer.ServerGate;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.transport.Origin;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.metered.channel.ChannelEffect;
import io.evenhand.protocols.metered.channel.ChannelInput;
import io.evenhand.protocols.metered.channel.PayeeState;
import io.evenhand.protocols.metered.message.ChannelMessage;
import io.evenhand.protocols.metered.message.Draft;
import java.util.List;
import java.util.Optional;

/// What requesters may do at a node's server: propose a channel, and say that it is opened.
final class NodeGate extends ServerGate<PayeeState, ChannelMessage> {
    /// Channels of one requester that are not over, and of all: each takes a look at every block.
    static final int MOST_OF_ONE = 32;

    static final int MOST = 1024;

    private final SessionTable table;
    private final Sessions<PayeeState, ChannelInput, ChannelMessage, ChannelEffect> sessions;
    private final EvmAccount account;

    NodeGate(
            SessionTable table,
            Sessions<PayeeState, ChannelInput, ChannelMessage, ChannelEffect> sessions,
            InboundWire<ChannelMessage> wire,
            EvmAccount account) {
        super(sessions, wire);
        this.table = table;
        this.sessions = sessions;
        this.account = account;
    }

    @Override
    public void unknown(PartyId from, Optional<Origin> origin, Bytes32 ref, ChannelMessage message)
            throws Refused {
        if (!(message instanceof ChannelMessage.Propose(Draft draft))) {
            throw new Refused(Refused.Kind.UNKNOWN, "no exchange " + ref + " is open here");
        }
        if (!draft.requesterNonce().equals(ref)) {
            throw new Refused(Refused.Kind.MALFORMED, "the proposal has another nonce");
        }
        if (!draft.requester().equals(from)) {
            throw new Refused(Refused.Kind.FORBIDDEN, "a proposal in somebody else's name");
        }
        Optional<String> busy = account.busy();
        if (busy.isPresent()) {
            throw new Refused(Refused.Kind.UNAVAILABLE, busy.get());
        }
        Octets mark =
                account.mark()
                        .orElseThrow(() ->
                                new Refused(
                                        Refused.Kind.UNAVAILABLE,
                                        "our chain does not answer; try again later"));
        List<SessionTable.Stored> open = table.open(MeteredRoles.NODE);
        long own = open.stream().filter(one -> one.peer().equals(from)).count();
        if (own >= MOST_OF_ONE || open.size() >= MOST) {
            throw new Refused(
                    Refused.Kind.UNAVAILABLE, "too many channels are open here; try again later");
        }
        boolean _ = sessions.create(ref, List.of(from), mark, () -> new PayeeState.Asked(draft));
    }
}
