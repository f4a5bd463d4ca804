package io.evenhand.node.delegation;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.alarm.NodeAlarm;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.Shortfall;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionRecord;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.node.EventSink;
import io.evenhand.node.NextDeadline;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.evm.DealAlarms;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.protocols.delegation.DelegationAlarm;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Says for each open exchange of a role what may go wrong on the chain, and what money it needs.
///
/// The open exchanges are kept in memory: a block looks at all of them, and the journal is read for
/// those alone that changed.
public final class DelegationAlarms implements DealAlarms, EventSink {
    /// 10a: before the key is shown a claim may cost a twentieth of the wage.
    private static final BigInteger TWENTY = BigInteger.valueOf(20);

    private static final long NEVER = Long.MAX_VALUE;

    private final Node node;
    private final Role role;
    private final Timing timing;
    private final TransactionManager transactions;
    private final Map<SessionKey, DealView> views = new ConcurrentHashMap<>();
    private final StateCodec<ProviderState> providers = new StateCodec<>(ProviderState.class);
    private final StateCodec<CustomerState> customers = new StateCodec<>(CustomerState.class);
    private final Set<SessionKey> changed = ConcurrentHashMap.newKeySet();
    private Optional<Map<SessionKey, Open>> known = Optional.empty();
    private Set<SessionKey> alarmed = Set.of();

    public DelegationAlarms(Node node, Role role, Timing timing, TransactionManager transactions) {
        this.node = node;
        this.role = role;
        this.timing = timing;
        this.transactions = transactions;
    }

    @Override
    public void seen(SessionKey session, int slot, DealView view) {
        views.put(session, view);
    }

    @Override
    public void forget(SessionKey session) {
        views.remove(session);
    }

    private record Open(SessionTable.Stored stored, Object state) {}

    /// Hears of a change once it is stored.
    @Override
    public void on(NodeEvent event) {
        if (!(event instanceof NodeEvent.Ignored) && event.session().role().equals(role)) {
            changed.add(event.session());
        }
    }

    /// One that has only been made needs nothing yet: its first step is a change.
    private synchronized List<Open> open() {
        Map<SessionKey, Open> open = known.orElseGet(this::all);
        known = Optional.of(open);
        for (SessionKey session : List.copyOf(changed)) {
            // Before it is read: what changes from now on is read once more.
            changed.remove(session);
            node.store()
                    .sessions()
                    .find(session)
                    .filter(stored -> !stored.ended())
                    .ifPresentOrElse(
                            stored -> open.put(session, new Open(stored, state(stored))),
                            () -> open.remove(session));
        }
        return List.copyOf(open.values());
    }

    private Map<SessionKey, Open> all() {
        Map<SessionKey, Open> all = new LinkedHashMap<>();
        node.store()
                .sessions()
                .open(role)
                .forEach(stored -> all.put(stored.key(), new Open(stored, state(stored))));
        return all;
    }

    private Object state(SessionTable.Stored stored) {
        return role.equals(DelegationRoles.PROVIDER)
                ? providers.decode(stored.state())
                : customers.decode(stored.state());
    }

    /// What our account should hold: the fees of all claims that may come and of one more exchange;
    /// or the wages that are not deposited yet, with the fees of their deposits.
    static Wei needed(Role role, List<?> states, Prices prices) {
        Wei sum = role.equals(DelegationRoles.PROVIDER) ? prices.claim() : Wei.ZERO;
        for (Object state : states) {
            if (state instanceof ProviderState.BeforeDeposit
                    || state instanceof ProviderState.Confirming) {
                sum = sum.plus(prices.claim());
            }
            if (state instanceof CustomerState.BeforeDeposit s) {
                sum = sum.plus(s.order().wage()).plus(prices.open());
            }
        }
        return sum;
    }

    @Override
    public Wei needed(Prices prices) {
        return needed(role, open().stream().map(Open::state).toList(), prices);
    }

    @Override
    public void look(long now, boolean answering) {
        Set<SessionKey> present = new HashSet<>();
        for (Open one : open()) {
            List<Alarm> alarms = alarms(one, now, answering);
            if (!alarms.isEmpty()) {
                present.add(one.stored().key());
                node.alarms().set(Optional.of(one.stored().key()), alarms);
            }
        }
        alarmed.stream()
                .filter(session -> !present.contains(session))
                .forEach(session -> node.alarms().set(Optional.of(session), List.of()));
        alarmed = present;
    }

    private List<Alarm> alarms(Open one, long now, boolean answering) {
        SessionKey session = one.stored().key();
        List<Alarm> alarms = new ArrayList<>();
        next(one.state())
                .flatMap(next -> next.alarm(one.stored().createdAt(), now, timing))
                .ifPresent(alarms::add);
        if (one.state() instanceof ProviderState s) {
            provider(session, s, now, answering, alarms);
        } else if (one.state() instanceof CustomerState s) {
            customer(s, now, alarms);
        }
        return alarms;
    }

    private Optional<NextDeadline> next(Object state) {
        return state instanceof ProviderState s
                ? DelegationDeadlines.of(s, timing)
                : DelegationDeadlines.of((CustomerState) state, timing);
    }

    private void provider(
            SessionKey session,
            ProviderState state,
            long now,
            boolean answering,
            List<Alarm> alarms) {
        switch (state) {
            case ProviderState.Confirming s ->
                    tooDearToShow(session, s.deal()).ifPresent(alarms::add);
            case ProviderState.Revealing s -> {
                alarms.removeIf(NodeAlarm.DeadlineNear.class::isInstance);
                claim(session, s, now, answering, alarms);
            }
            case ProviderState.Releasing s ->
                    tooDear("release", EscrowCalls.release(rail(s), s.deal()).key(), NEVER)
                            .ifPresent(alarms::add);
            case ProviderState.Idle _, ProviderState.BeforeDeposit _, ProviderState.Final _ -> {}
        }
    }

    private void customer(CustomerState state, long now, List<Alarm> alarms) {
        switch (state) {
            case CustomerState.Funding s -> deposit(s, now, alarms);
            case CustomerState.Refunding s ->
                    tooDear("refund", EscrowCalls.refund(rail(s), s.deal()).key(), NEVER)
                            .ifPresent(alarms::add);
            case CustomerState.BeforeDeposit _,
                    CustomerState.Opening _,
                    CustomerState.Opened _,
                    CustomerState.Final _ -> {}
        }
    }

    private static Rail rail(ProviderState.AfterDeposit s) {
        return s.engaged().agreement().terms().order().rail();
    }

    private static Rail rail(CustomerState.AfterDeposit s) {
        return s.agreed().terms().order().rail();
    }

    /// The deposit is final, and the key waits for lower fees.
    private Optional<Alarm> tooDearToShow(SessionKey session, Deal deal) {
        Wei most = new Wei(deal.amount().value().divide(TWENTY));
        return Optional.ofNullable(views.get(session))
                .filter(view -> view.finalized() == DealStatus.OPEN)
                .filter(view -> view.claimFee().compareTo(most) > 0)
                .map(view ->
                        new ChainAlarm.FeeAboveStake(
                                "claim",
                                view.claimFee(),
                                most,
                                deal.claimBy() - timing.revealMargin()));
    }

    /// Only the contract says that a claim is through, not its receipt.
    private void claim(
            SessionKey session,
            ProviderState.Revealing s,
            long now,
            boolean answering,
            List<Alarm> alarms) {
        Deal deal = s.deal();
        String key = EscrowCalls.claimKey(rail(s), deal);
        tooDear("claim", key, deal.claimBy()).ifPresent(alarms::add);
        Optional<TransactionRecord> claim = transactions.find(key);
        boolean shown = claim.filter(TransactionRecord::handedOver).isPresent();
        boolean claimed =
                Optional.ofNullable(views.get(session))
                        .filter(view -> view.tip() == DealStatus.CLAIMED)
                        .isPresent();
        boolean late = now >= deal.claimBy() - timing.revealMargin();
        if (shown && late && !(claimed && answering)) {
            String why = answering ? trouble(claim.get().status()) : "no node of the chain answers";
            alarms.add(new DelegationAlarm.ClaimAtRisk(why, deal.claimBy()));
        }
    }

    private static String trouble(TransactionStatus status) {
        return status instanceof TransactionStatus.Pending(String trouble) && !trouble.isEmpty()
                ? trouble
                : "the claim waits for a block";
    }

    /// A deposit that is out but in no block by tFund is given back by the provider.
    private void deposit(CustomerState.Funding s, long now, List<Alarm> alarms) {
        Order order = s.agreed().terms().order();
        long tFund = order.deadlines().tFund();
        String key = EscrowCalls.open(order.rail(), s.deal()).key();
        boolean inBlock = transactions.find(key).flatMap(r -> r.status().inBlock()).isPresent();
        if (!inBlock) {
            tooDear("open", key, tFund).ifPresent(alarms::add);
            if (now >= tFund - timing.revealMargin() && now < tFund) {
                alarms.add(new NodeAlarm.DeadlineNear("the deposit", tFund));
            }
        }
    }

    private Optional<Alarm> tooDear(String transaction, String key, long until) {
        return transactions
                .shortage(key)
                .filter(Shortfall.Fee.class::isInstance)
                .map(Shortfall.Fee.class::cast)
                .map(fee ->
                        new ChainAlarm.FeeAboveStake(transaction, fee.fee(), fee.most(), until));
    }
}
