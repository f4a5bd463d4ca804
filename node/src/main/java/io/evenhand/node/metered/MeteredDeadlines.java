package io.evenhand.node.metered;

import io.evenhand.kit.deal.Timing;
import io.evenhand.node.NextDeadline;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.SessionTable;
import io.evenhand.protocols.metered.channel.PayeeMachine;
import io.evenhand.protocols.metered.channel.PayeeState;
import io.evenhand.protocols.metered.channel.PayerState;
import io.evenhand.protocols.metered.message.Terms;
import java.util.Optional;

/// What an open channel waits for, and until when.
public final class MeteredDeadlines {
    private MeteredDeadlines() {}

    /// Of a stored channel; nothing if it is over or waits for no moment.
    public static Optional<NextDeadline> of(SessionTable.Stored stored, Timing timing) {
        return stored.key().role().equals(MeteredRoles.REQUESTER)
                ? of(new StateCodec<>(PayerState.class).decode(stored.state()), timing)
                : of(new StateCodec<>(PayeeState.class).decode(stored.state()), timing);
    }

    static Optional<NextDeadline> of(PayerState state, Timing timing) {
        return switch (state) {
            case PayerState.Planned(var draft) ->
                    harmless("the node's answer", draft.timeout() - timing.minClaimWindow());
            case PayerState.Proposed(var draft) ->
                    harmless("the node's answer", draft.timeout() - timing.minClaimWindow());
            case PayerState.Opening(var agreed, boolean _) ->
                    harmless("the final deposit", agreed.terms().timeout());
            case PayerState.Open(var agreed, var _, boolean _) ->
                    harmless("the close, or the deposit back", agreed.terms().timeout());
            case PayerState.Refunding _, PayerState.Final _ -> Optional.empty();
        };
    }

    static Optional<NextDeadline> of(PayeeState state, Timing timing) {
        return switch (state) {
            case PayeeState.Agreed(var deal) ->
                    harmless("the deposit", deal.terms().timeout() - timing.minClaimWindow());
            case PayeeState.Open(var deal, var _) ->
                    missed("the last round", PayeeMachine.stopAt(deal.terms(), timing));
            case PayeeState.Stopping(var deal, var _) -> close(deal.terms());
            case PayeeState.Closing(var deal, var _) -> close(deal.terms());
            case PayeeState.Asked _, PayeeState.Final _ -> Optional.empty();
        };
    }

    private static Optional<NextDeadline> close(Terms terms) {
        return missed("the final close", terms.timeout());
    }

    private static Optional<NextDeadline> missed(String what, long at) {
        return Optional.of(new NextDeadline(what, at, true));
    }

    private static Optional<NextDeadline> harmless(String what, long at) {
        return Optional.of(new NextDeadline(what, at, false));
    }
}
