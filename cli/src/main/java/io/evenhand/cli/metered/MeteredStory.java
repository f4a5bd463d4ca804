package io.evenhand.cli.metered;

import io.evenhand.cli.Home;
import io.evenhand.cli.Moments;
import io.evenhand.cli.Story;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.metered.ChannelTerms;
import io.evenhand.node.metered.MeteredRoles;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import io.evenhand.protocols.metered.channel.PayeeState;
import io.evenhand.protocols.metered.channel.PayerState;
import io.evenhand.protocols.metered.message.Terms;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// A channel in the words of those who pay and compute.
final class MeteredStory implements Story {
    private final Home home;

    /// What was signed, of the channels that are not over.
    private final Map<SessionKey, Terms> known = new ConcurrentHashMap<>();

    /// @param home whose journal knows what was signed
    MeteredStory(Home home) {
        this.home = home;
    }

    @Override
    public List<String> news(NodeEvent event) {
        Optional<String> line =
                event.session().role().equals(MeteredRoles.REQUESTER)
                        ? requester(event)
                        : node(event);
        if (event instanceof NodeEvent.Ended) {
            known.remove(event.session());
        }
        return line.stream().toList();
    }

    @Override
    public Optional<Step> step(SessionKey session, String state) {
        if (!session.role().equals(MeteredRoles.REQUESTER)) {
            return Optional.empty();
        }
        return switch (state) {
            case "Planned", "Proposed" -> step("1/4", "agreeing with the node");
            case "Opening" ->
                    step("2/4", "locking " + deposit(session) + "; rounds begin when it is final");
            case "Open" -> step("3/4", "computing");
            case "Refunding" -> step("4/4", "the node did not close; taking the deposit back");
            default -> Optional.empty();
        };
    }

    private static Optional<Step> step(String count, String text) {
        return Optional.of(new Step(count, text, OptionalLong.empty()));
    }

    @Override
    public String label(String field) {
        return switch (field) {
            case "programSha256" -> "program";
            case "perRound" -> "for a round";
            case "perSession" -> "for a start";
            case "rate" -> "for a cycle";
            case "paidRound" -> "paid up to round";
            default -> Story.super.label(field);
        };
    }

    private Optional<String> requester(NodeEvent event) {
        return switch (event) {
            case NodeEvent.TransactionIncluded(var key, var kind, _, _, _, _)
                    when kind.equals("open") ->
                    Optional.of(
                            deposit(key)
                                    + " locked"
                                    + at(
                                            key,
                                            "; what is not paid is back by the node's close, or from ")
                                    + " on");
            case NodeEvent.TransactionFailed(_, var kind, _) ->
                    Optional.of("the contract refused to " + kind + " the channel");
            default -> Optional.empty();
        };
    }

    private Optional<String> node(NodeEvent event) {
        return switch (event) {
            case NodeEvent.StateChanged(var key, _, var to) ->
                    switch (to) {
                        case "Agreed" ->
                                Optional.of("agreed; a deposit of " + deposit(key) + " is awaited");
                        case "Open" ->
                                Optional.of(
                                        deposit(key)
                                                + " locked for good: rounds may run"
                                                + at(key, " until some time before "));
                        case "Stopping" ->
                                Optional.of(
                                        "no more rounds: what was earned is taken, if it is worth a close");
                        default -> Optional.empty();
                    };
            case NodeEvent.TransactionFailed(_, var kind, _) ->
                    Optional.of("the contract refused to " + kind + " the channel");
            case NodeEvent.Ended(_, var outcome, _, var detail) ->
                    Optional.of(
                            switch (outcome) {
                                case "Closed" -> "over: what was earned is here";
                                case "Expired" -> "over: nothing was taken";
                                default -> "over, nothing was deposited: " + detail;
                            });
            default -> Optional.empty();
        };
    }

    private String deposit(SessionKey session) {
        return terms(session).map(it -> it.deposit().toString()).orElse("the deposit");
    }

    private String at(SessionKey session, String words) {
        Function<Terms, String> text = terms -> words + Moments.shown(terms.timeout());
        return terms(session).map(text).orElse("");
    }

    /// A screen must not stop an exchange: what cannot be read now is not said.
    private Optional<Terms> terms(SessionKey session) {
        Optional<Terms> before = Optional.ofNullable(known.get(session));
        if (before.isPresent()) {
            return before;
        }
        try (Store store = Store.openForReading(home.directory())) {
            Optional<Terms> found = store.sessions().find(session).flatMap(MeteredStory::terms);
            found.ifPresent(terms -> known.put(session, terms));
            return found;
        } catch (StoreException e) {
            return Optional.empty();
        }
    }

    private static Optional<Terms> terms(SessionTable.Stored stored) {
        return stored.key().role().equals(MeteredRoles.REQUESTER)
                ? ChannelTerms.of(new StateCodec<>(PayerState.class).decode(stored.state()))
                : ChannelTerms.deal(new StateCodec<>(PayeeState.class).decode(stored.state()))
                        .map(PayeeState.Deal::terms);
    }
}
