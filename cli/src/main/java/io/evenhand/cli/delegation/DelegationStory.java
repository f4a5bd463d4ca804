package io.evenhand.cli.delegation;

import io.evenhand.cli.Home;
import io.evenhand.cli.Moments;
import io.evenhand.cli.Story;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.Order;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// A delegation in the words of those who pay and work.
final class DelegationStory implements Story {
    private final Home home;

    /// What was asked for, of the exchanges that are not over.
    private final Map<SessionKey, Order> orders = new ConcurrentHashMap<>();

    /// @param home whose journal knows what was asked for
    DelegationStory(Home home) {
        this.home = home;
    }

    @Override
    public List<String> news(NodeEvent event) {
        List<String> lines =
                switch (DelegationRoles.part(event.session().role())) {
                    case CUSTOMER -> customer(event).stream().toList();
                    case PROVIDER -> provider(event).stream().toList();
                    case STAMPER -> stamper(event).stream().toList();
                };
        if (event instanceof NodeEvent.Ended) {
            orders.remove(event.session());
        }
        return lines;
    }

    @Override
    public Optional<Step> step(SessionKey session, String state) {
        if (!session.role().equals(DelegationRoles.CUSTOMER)) {
            return Optional.empty();
        }
        return switch (state) {
            case "Idle", "AskingStampKey", "Offered" ->
                    step("1/6", "agreeing with the provider and the stamper");
            case "Provisioning" -> step("2/6", "handing policy and hidden data to the stamper");
            case "AwaitingWork" ->
                    step(session, "3/6", "the provider is working", Deadlines::tWork);
            case "Fetching", "Checking" ->
                    step(session, "4/6", "the work passes; fetching it, sealed", Deadlines::tFund);
            case "Funding" ->
                    step(
                            session,
                            "5/6",
                            "locking " + wage(session) + ", then waiting for the key",
                            Deadlines::claimBy);
            case "Opening" -> step("6/6", "opening the work");
            case "Opened" -> step("6/6", "the work is open; its payment becomes final");
            case "Refunding" -> step("6/6", "no key came; taking the wage back");
            default -> Optional.empty();
        };
    }

    @Override
    public String label(String field) {
        return switch (field) {
            case "tWork" -> "work due by";
            case "tFund" -> "deposit due by";
            case "claimBy" -> "claim due by";
            default -> Story.super.label(field);
        };
    }

    private static Optional<Step> step(String count, String text) {
        return Optional.of(new Step(count, text, OptionalLong.empty()));
    }

    private Optional<Step> step(
            SessionKey session, String count, String text, ToLongFunction<Deadlines> until) {
        Optional<Deadlines> deadlines = order(session).map(Order::deadlines);
        return Optional.of(
                new Step(
                        count,
                        text,
                        deadlines.isPresent()
                                ? OptionalLong.of(until.applyAsLong(deadlines.get()))
                                : OptionalLong.empty()));
    }

    private Optional<String> customer(NodeEvent event) {
        return switch (event) {
            case NodeEvent.TransactionIncluded(var key, var kind, _, _, _, _)
                    when kind.equals("open") ->
                    Optional.of(
                            wage(key)
                                    + " locked"
                                    + at(key, "; back at ", Deadlines::claimBy)
                                    + " unless the key appears");
            case NodeEvent.TransactionFailed(_, var kind, _) ->
                    Optional.of("the contract refused to " + kind + " the deposit");
            default -> Optional.empty();
        };
    }

    private Optional<String> provider(NodeEvent event) {
        return switch (event) {
            case NodeEvent.StateChanged(var key, _, var to) ->
                    switch (to) {
                        case "AwaitingInput" ->
                                Optional.of(
                                        order(key)
                                                        .map(o -> "agreed: \"" + o.service() + "\"")
                                                        .orElse("agreed")
                                                + " for "
                                                + wage(key)
                                                + at(
                                                        key,
                                                        "; the work is due by ",
                                                        Deadlines::tWork));
                        case "Delivering" ->
                                Optional.of(
                                        "delivered, sealed; the deposit of "
                                                + wage(key)
                                                + " may come"
                                                + at(key, " until ", Deadlines::tFund));
                        case "Revealing" ->
                                Optional.of(
                                        wage(key)
                                                + " locked for good; the key is shown, the wage"
                                                + " claimed");
                        case "Releasing" -> Optional.of("the deposit came too late and goes back");
                        default -> Optional.empty();
                    };
            case NodeEvent.TransactionFailed(_, var kind, _) ->
                    Optional.of("the contract refused to " + kind + " the deposit");
            case NodeEvent.Ended(var key, var outcome, _, var detail) ->
                    Optional.of(
                            switch (outcome) {
                                case "Settled" -> "over: " + wage(key) + " paid";
                                case "Returned" ->
                                        "over: the deposit went back, the key was never shown";
                                case "Lost" ->
                                        "over: THE KEY WAS SHOWN AND " + wage(key) + " WENT BACK";
                                default -> "over, nothing was paid: " + detail;
                            });
            default -> Optional.empty();
        };
    }

    private static Optional<String> stamper(NodeEvent event) {
        return switch (event) {
            case NodeEvent.StateChanged(_, _, var to) ->
                    switch (to) {
                        case "Provisioned" -> Optional.of("policy and hidden data are here");
                        case "StampMade" -> Optional.of("the work passes, and is stamped");
                        default -> Optional.empty();
                    };
            case NodeEvent.Ended(_, var outcome, _, var detail) when outcome.equals("Expired") ->
                    Optional.of("over without a stamp: " + detail);
            default -> Optional.empty();
        };
    }

    private String wage(SessionKey session) {
        return order(session).map(Order::wage).map(Wei::toString).orElse("the wage");
    }

    private String at(SessionKey session, String words, ToLongFunction<Deadlines> when) {
        Function<Deadlines, String> text = d -> words + Moments.shown(when.applyAsLong(d));
        return order(session).map(Order::deadlines).map(text).orElse("");
    }

    /// A screen must not stop an exchange: what cannot be read now is not said.
    private Optional<Order> order(SessionKey session) {
        Optional<Order> known = Optional.ofNullable(orders.get(session));
        if (known.isPresent()) {
            return known;
        }
        try (Store store = Store.openForReading(home.directory())) {
            Optional<Order> found =
                    store.sessions()
                            .find(session)
                            .flatMap(stored -> DelegationSummary.of(store, stored).order());
            found.ifPresent(order -> orders.put(session, order));
            return found;
        } catch (StoreException e) {
            return Optional.empty();
        }
    }
}
