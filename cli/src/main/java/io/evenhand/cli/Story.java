package io.evenhand.cli;

import io.evenhand.node.NodeEvent;
import io.evenhand.node.store.SessionKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// What a person wants to know of an exchange while it goes on: where the work and the money are.
/// Each protocol tells its own; states and messages are for `--verbose`.
public interface Story {
    /// Lines that stay: something was agreed, delivered, locked, paid or lost.
    List<String> news(NodeEvent event);

    /// Where an exchange stands that came to this state; nothing if it is over, or if nobody waits
    /// for it.
    ///
    /// @param state its name, as in {@link NodeEvent.StateChanged}
    Optional<Step> step(SessionKey session, String state);

    /// What people call a field of `show`.
    default String label(String field) {
        return switch (field) {
            case "createdAt" -> "began";
            case "updatedAt" -> "last change";
            case "xid" -> "hash of Terms";
            case "next" -> "waits for";
            case "nextAt" -> "until";
            case "leftSeconds" -> "left";
            default -> field.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
        };
    }

    /// @param count which one of how many, such as `3/6`; or empty
    /// @param text such as `the provider is working`
    /// @param until when it is over at the latest, seconds since 1970
    record Step(String count, String text, OptionalLong until) {
        String line() {
            return count.isEmpty() ? text : count + " " + text;
        }
    }
}
