package io.evenhand.kit.machine;

/// A rule that a refusal is about: a constant of an enum of its protocol.
public interface NumberedRule {
    /// For programs.
    String name();

    /// Its number in the table of rules, or empty.
    String number();
}
