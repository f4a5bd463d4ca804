package io.evenhand.node;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.node.store.SessionKey;
import java.util.Optional;
import java.util.OptionalLong;

/// An alarm was raised, has become urgent, or is over.
///
/// @param about the exchange, or nothing if the node itself is in trouble
/// @param raised false if it is over
/// @param at seconds since 1970
public record AlarmNews(Optional<SessionKey> about, Alarm alarm, boolean raised, long at) {
    /// One line for people: what, how much time is left, the way out.
    public String line() {
        return raised
                ? "ALARM "
                        + alarm.kind()
                        + ": "
                        + alarm.line()
                        + left(alarm.due(), at)
                        + "; "
                        + alarm.wayOut()
                : "alarm " + alarm.kind() + " is over: " + alarm.line();
    }

    private static String left(OptionalLong due, long now) {
        return due.isEmpty() ? "" : ", " + TimeLeft.text(due.getAsLong() - now) + " left";
    }
}
