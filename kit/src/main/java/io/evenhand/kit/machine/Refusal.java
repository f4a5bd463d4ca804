package io.evenhand.kit.machine;

/// Why something is refused. Programs decide by the rule, people read the line.
public interface Refusal {
    /// What was not kept, a constant of an enum of the protocol.
    NumberedRule rule();

    /// One line for people. It may quote a peer, so nothing is decided by it.
    String text();

    /// The rule's number, if it has one, and the text.
    default String line() {
        return rule().number().isEmpty() ? text() : rule().number() + ": " + text();
    }
}
