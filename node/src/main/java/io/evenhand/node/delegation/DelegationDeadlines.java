package io.evenhand.node.delegation;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Timing;
import io.evenhand.node.NextDeadline;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.SessionTable;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.Optional;

/// What an open delegation waits for, and until when.
public final class DelegationDeadlines {
    private DelegationDeadlines() {}

    /// Of a stored exchange; nothing if it is over or waits for no moment.
    public static Optional<NextDeadline> of(SessionTable.Stored stored, Timing timing) {
        return switch (DelegationRoles.part(stored.key().role())) {
            case CUSTOMER ->
                    of(new StateCodec<>(CustomerState.class).decode(stored.state()), timing);
            case PROVIDER ->
                    of(new StateCodec<>(ProviderState.class).decode(stored.state()), timing);
            case STAMPER -> Optional.empty();
        };
    }

    static Optional<NextDeadline> of(CustomerState state, Timing timing) {
        return switch (state) {
            case CustomerState.Fetching s -> deposit(s.order(), timing);
            case CustomerState.Checking s -> deposit(s.order(), timing);
            case CustomerState.BeforeDeposit s -> missed("the work", s.order().deadlines().tWork());
            case CustomerState.Funding s -> harmless("the key, or the refund", s.deal());
            case CustomerState.Opening s -> harmless("the claim", s.deal());
            case CustomerState.Opened s -> harmless("the claim", s.deal());
            case CustomerState.Refunding _, CustomerState.Final _ -> Optional.empty();
        };
    }

    static Optional<NextDeadline> of(ProviderState state, Timing timing) {
        return switch (state) {
            case ProviderState.Delivering s -> missed("the deposit", s.order().deadlines().tFund());
            case ProviderState.BeforeDeposit s -> missed("the work", s.order().deadlines().tWork());
            case ProviderState.Confirming s ->
                    missed("the final deposit", reveal(s.deal(), timing));
            case ProviderState.Revealing s -> missed("the claim", s.deal().claimBy());
            case ProviderState.Releasing s -> harmless("the release", s.deal());
            case ProviderState.Idle _, ProviderState.Final _ -> Optional.empty();
        };
    }

    /// The latest moment at which a deposit can still be in a block by tFund.
    private static Optional<NextDeadline> deposit(Order order, Timing timing) {
        return missed("the deposit", order.deadlines().tFund() - timing.inclusionSeconds());
    }

    /// 10a: later no key is shown for the first time.
    private static long reveal(Deal deal, Timing timing) {
        return deal.claimBy() - timing.revealMargin();
    }

    private static Optional<NextDeadline> missed(String what, long at) {
        return Optional.of(new NextDeadline(what, at, true));
    }

    private static Optional<NextDeadline> harmless(String what, Deal deal) {
        return Optional.of(new NextDeadline(what, deal.claimBy(), false));
    }
}
