package io.evenhand.node;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import java.util.Optional;

/// Writes what happens into the journal, as the lines that `show` prints.
final class History implements EventSink {
    private final Store store;

    History(Store store) {
        this.store = store;
    }

    @Override
    public void keep(NodeEvent.Kept event) {
        line(event).ifPresent(line -> store.events().add(event.session(), line));
    }

    /// Of an exchange that never began here nothing is kept: whoever is refused at once must not
    /// fill the disk.
    @Override
    public void on(NodeEvent event) {
        if (event instanceof NodeEvent.Kept) {
            return;
        }
        if (event instanceof NodeEvent.Ignored
                && store.sessions().find(event.session()).isEmpty()) {
            return;
        }
        line(event).ifPresent(line -> note(event.session(), line));
    }

    /// History is for people, and must not stop an exchange: on a full disk the line is only shown.
    private void note(SessionKey session, String line) {
        try {
            store.events().add(session, line);
        } catch (StoreException e) {
            // The effect that needs the journal meets the same trouble, says so and is tried again.
        }
    }

    @Override
    public void alarm(AlarmNews news) {
        news.about().ifPresent(session -> note(session, news.line()));
    }

    private static Optional<String> line(NodeEvent event) {
        return switch (event) {
            case NodeEvent.MessageSent(
                            var _,
                            String step,
                            String name,
                            PartyId to,
                            var _,
                            String detail) ->
                    Optional.of(
                            step
                                    + " sent "
                                    + name
                                    + " to "
                                    + brief(to.value())
                                    + (detail.isEmpty() ? "" : ": " + detail));
            case NodeEvent.MessageReceived(var _, String step, String name, PartyId from) ->
                    Optional.of(step + " received " + name + " from " + brief(from.value()));
            case NodeEvent.Ignored(var _, String what, var _, String why) ->
                    Optional.of("ignored " + what + ": " + why);
            case NodeEvent.StateChanged(var _, String before, String after) ->
                    Optional.of(before + " -> " + after);
            case NodeEvent.JobStarted _ -> Optional.empty();
            case NodeEvent.JobEnded(var _, String job, String outcome) ->
                    Optional.of(job + ": " + outcome);
            case NodeEvent.TransactionSent(var _, String kind, Bytes32 hash) ->
                    Optional.of(kind + " sent in transaction 0x" + hash);
            case NodeEvent.TransactionIncluded included ->
                    Optional.of(
                            included.kind()
                                    + " in block "
                                    + included.block()
                                    + ", gas "
                                    + included.gasUsed());
            case NodeEvent.TransactionFailed(var _, String kind, Bytes32 _) ->
                    Optional.of(kind + " was refused by the contract");
            case NodeEvent.TransactionFinal(var _, String kind, Bytes32 _) ->
                    Optional.of(kind + " is final");
            case NodeEvent.Retrying(var _, String what, String why, long _) ->
                    Optional.of(what + " waits: " + why);
            case NodeEvent.Ended(var _, String outcome, var _, String detail) ->
                    Optional.of("ended: " + outcome + (detail.isEmpty() ? "" : ", " + detail));
        };
    }

    private static String brief(Bytes32 value) {
        return value.toString().substring(0, 8);
    }
}
