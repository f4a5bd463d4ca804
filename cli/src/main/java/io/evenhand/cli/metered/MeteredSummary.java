package io.evenhand.cli.metered;

import io.evenhand.cli.command.Summary;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.metered.ChannelTerms;
import io.evenhand.node.metered.ComputePlan;
import io.evenhand.node.metered.MeteredRoles;
import io.evenhand.node.metered.MeteredTotals;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.metered.channel.PayeeState;
import io.evenhand.protocols.metered.channel.PayerState;
import io.evenhand.protocols.metered.message.Terms;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a stored channel says of itself.
final class MeteredSummary {
    private static final int BRIEF = 8;

    private MeteredSummary() {}

    /// Without any secret.
    static Summary of(Store store, SessionTable.Stored stored) {
        return stored.key().role().equals(MeteredRoles.REQUESTER)
                ? requester(store, stored)
                : node(store, stored);
    }

    private static Summary requester(Store store, SessionTable.Stored stored) {
        PayerState state = new StateCodec<>(PayerState.class).decode(stored.state());
        Optional<PayerState.Agreed> agreed = ChannelTerms.agreed(state);
        Optional<MeteredTotals> totals =
                agreed.flatMap(it -> MeteredTotals.paid(store, it.terms(), it.xid()));
        Optional<ComputePlan> plan = MeteredTotals.plan(store, stored.key());
        Map<String, Object> listed = new LinkedHashMap<>();
        plan.ifPresent(it -> listed.put("cycles", it.cycles()));
        totals.ifPresent(it -> listed.put("paid", it.total()));
        String subject =
                plan.map(it -> "%,d cycles".formatted(it.cycles())).orElse("")
                        + totals.map(it -> ", " + it.total() + " paid").orElse("");
        return new Summary(
                name(state),
                detail(state),
                subject,
                agreed.map(it -> stake(state, it.terms())).orElse("no deposit yet"),
                isDeposited(state),
                listed,
                shown(agreed.map(PayerState.Agreed::terms), totals));
    }

    private static String stake(PayerState state, Terms terms) {
        return isDeposited(state)
                ? terms.deposit() + " is in the contract"
                : "no deposit of " + terms.deposit() + " is there";
    }

    private static boolean isDeposited(PayerState state) {
        return switch (state) {
            case PayerState.Opening it -> it.published();
            case PayerState.Open _, PayerState.Refunding _ -> true;
            case PayerState.Planned _, PayerState.Proposed _, PayerState.Final _ -> false;
        };
    }

    private static String detail(PayerState state) {
        return switch (state) {
            case PayerState.Open it -> it.enough() ? "no more rounds; the close is awaited" : "";
            case PayerState.Closed _ -> "the node closed; what was not paid is back";
            case PayerState.Refunded it ->
                    it.released() ? "the node gave the deposit back" : "the deposit is back";
            case PayerState.Aborted it -> it.why().line();
            case PayerState.Planned _,
                    PayerState.Proposed _,
                    PayerState.Opening _,
                    PayerState.Refunding _ ->
                    "";
        };
    }

    private static Summary node(Store store, SessionTable.Stored stored) {
        PayeeState state = new StateCodec<>(PayeeState.class).decode(stored.state());
        Optional<PayeeState.Deal> deal = ChannelTerms.deal(state);
        Optional<MeteredTotals> totals =
                deal.flatMap(it -> MeteredTotals.earned(store, it.terms(), it.xid()));
        Optional<Wei> earned =
                state instanceof PayeeState.Closed closed
                        ? Optional.of(closed.total())
                        : totals.map(MeteredTotals::total);
        Map<String, Object> listed = new LinkedHashMap<>();
        earned.ifPresent(total -> listed.put("earned", total));
        return new Summary(
                name(state),
                detail(state),
                deal.map(it -> "program " + brief(it.terms())).orElse("")
                        + earned.map(total -> ", " + total + " earned").orElse(""),
                earned.map(total -> total + " of it is ours").orElse("nothing is earned yet"),
                isDeposited(state),
                listed,
                shown(deal.map(PayeeState.Deal::terms), totals));
    }

    private static boolean isDeposited(PayeeState state) {
        return switch (state) {
            case PayeeState.Open _, PayeeState.Stopping _, PayeeState.Closing _ -> true;
            case PayeeState.Asked _, PayeeState.Agreed _, PayeeState.Final _ -> false;
        };
    }

    private static String detail(PayeeState state) {
        return switch (state) {
            case PayeeState.Closed it -> it.total() + " was taken";
            case PayeeState.Expired it ->
                    it.funded() ? "nothing was taken; the deposit goes back" : "no deposit came";
            case PayeeState.Refused it -> it.why().line();
            case PayeeState.Asked _,
                    PayeeState.Agreed _,
                    PayeeState.Open _,
                    PayeeState.Stopping _,
                    PayeeState.Closing _ ->
                    "";
        };
    }

    private static String brief(Terms terms) {
        return terms.program().toString().substring(0, BRIEF);
    }

    private static String name(Object state) {
        return state.getClass().getSimpleName();
    }

    private static Map<String, Object> shown(
            Optional<Terms> agreed, Optional<MeteredTotals> totals) {
        Map<String, Object> fields = new LinkedHashMap<>();
        agreed.ifPresent(terms -> {
            fields.put("requester", terms.requester().toString());
            fields.put("node", terms.node().toString());
            fields.put("meter", terms.rail().contract().toString());
            fields.put("programSha256", terms.program().toString());
            fields.put("rate", terms.prices().rate());
            fields.put("perRound", terms.prices().perRound());
            fields.put("perSession", terms.prices().perSession());
            fields.put("deposit", terms.deposit());
            fields.put("window", terms.window());
            fields.put("timeout", Instant.ofEpochSecond(terms.timeout()));
        });
        totals.ifPresent(it -> {
            fields.put("session", it.session());
            fields.put("paidRound", it.round());
        });
        return fields;
    }
}
