package io.evenhand.cli;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.AlarmNews;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.store.SessionKey;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// What happens in an exchange, as an object for scripts and as a line for people.
///
/// The object has `event` (the kind of {@link NodeEvent}), `role` and `exchange`, and the event's
/// own components by name.
public record EventLines(Map<String, Object> fields, String text) {
    public static EventLines of(NodeEvent event) {
        return new EventLines(fields(event), text(event));
    }

    private static Map<String, Object> fields(NodeEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", event.getClass().getSimpleName());
        fields.put("role", event.session().role().text());
        fields.put("exchange", event.session().ref().toString());
        for (RecordComponent component : event.getClass().getRecordComponents()) {
            if (component.getType() != SessionKey.class) {
                Object value = value(event, component);
                // A hash as the chain's tools write it.
                fields.put(component.getName(), value instanceof Bytes32 ? "0x" + value : value);
            }
        }
        return fields;
    }

    /// An alarm as an object: `kind`, `raised`, `line`, `wayOut`, and `due` and `leftSeconds` if it
    /// knows when it is too late; `role` and `exchange` if it is about one exchange.
    static Map<String, Object> fields(AlarmNews news) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", news.alarm().kind());
        fields.put("raised", news.raised());
        news.about()
                .ifPresent(session -> {
                    fields.put("role", session.role().text());
                    fields.put("exchange", session.ref().toString());
                });
        fields.put("line", news.alarm().line());
        fields.put("wayOut", news.alarm().wayOut());
        news.alarm()
                .due()
                .ifPresent(due -> {
                    fields.put("due", Instant.ofEpochSecond(due));
                    fields.put("leftSeconds", Math.max(0, due - news.at()));
                });
        return fields;
    }

    private static Object value(NodeEvent event, RecordComponent component) {
        try {
            return component.getAccessor().invoke(event);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(NodeEvent event) {
        return switch (event) {
            case NodeEvent.MessageSent(
                            var _,
                            String step,
                            String name,
                            PartyId to,
                            var _,
                            String detail) ->
                    step(step)
                            + "sent "
                            + name
                            + " to "
                            + brief(to)
                            + (detail.isEmpty() ? "" : ": " + detail);
            case NodeEvent.MessageReceived(var _, String step, String name, PartyId from) ->
                    step(step) + "received " + name + " from " + brief(from);
            case NodeEvent.Ignored(var _, String what, var _, String why) ->
                    step("") + "ignored " + what + ": " + why;
            case NodeEvent.StateChanged(var _, String from, String to) ->
                    step("") + from + " -> " + to;
            case NodeEvent.JobStarted(var _, String job) -> step("") + job + " ...";
            case NodeEvent.JobEnded(var _, String job, String outcome) ->
                    step("") + job + ": " + outcome;
            case NodeEvent.TransactionSent(var _, String kind, Bytes32 hash) ->
                    step("") + kind + " sent: 0x" + hash;
            case NodeEvent.TransactionIncluded(
                            var _,
                            String kind,
                            Bytes32 _,
                            long block,
                            long gas,
                            Wei fee) ->
                    step("") + "%s in block %d, gas %,d for %s".formatted(kind, block, gas, fee);
            case NodeEvent.TransactionFinal(var _, String kind, Bytes32 _) ->
                    step("") + kind + " is final";
            case NodeEvent.TransactionFailed(var _, String kind, Bytes32 hash) ->
                    step("") + kind + " refused by the contract: 0x" + hash;
            case NodeEvent.Retrying(var _, String what, String why, long _) ->
                    step("") + what + " waits: " + why;
            case NodeEvent.Ended(var _, String outcome, var _, String detail) ->
                    step("") + "ended: " + outcome + (detail.isEmpty() ? "" : " (" + detail + ")");
        };
    }

    /// A line without a step of the paper.
    public static String indented(String text) {
        return step("") + text;
    }

    private static String step(String step) {
        return "%-3s ".formatted(step);
    }

    private static String brief(PartyId party) {
        return party.toString().substring(0, 8);
    }
}
