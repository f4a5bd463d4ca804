package io.evenhand.protocols.metered;

import io.evenhand.kit.machine.NumberedRule;

/// What a refusal in a metered exchange is about. The numbers are those of
/// `docs/reference/rules.md`.
public enum Rule implements NumberedRule {
    /// Nothing in this state waits for it.
    UNEXPECTED,
    /// It names another session than the one that is on.
    SESSION("F2"),
    /// It names another exchange.
    EXCHANGE,
    SIGNATURE,
    /// A peer refused; the text is its own.
    PEER_REFUSED,
    /// It comes from somebody else than the one whose turn it is.
    SENDER,
    /// The user gave up.
    GIVEN_UP,

    // ------------------------------------------------------------------------------ the agreement
    TERMS("G8"),
    PRICE("F4"),
    PAYEE("A10"),
    TIMEOUT("A11"),
    CODE("D17"),

    // ---------------------------------------------------------------------------------- sessions
    /// The channel has no final deposit yet, or is closing.
    NOT_OPEN("G5"),
    /// The contract would not take this pair (G1).
    PAIR("G1"),
    BASE("F2"),
    /// The base does not open what the requester holds.
    BASE_CLOSED("G7"),
    PROVISION("F9"),
    EVIDENCE("A21"),
    PROGRAM,

    // ------------------------------------------------------------------------------------ rounds
    /// Rounds follow one another, of one size.
    ROUND("F4"),
    CYCLES("F4"),
    STATE("F10"),
    MAC("A4"),
    /// A statement lacks the enclave's signature.
    UNSIGNED("G6"),
    CHARGED("F4"),
    SEAL("A20"),
    WINDOW("A7"),
    /// The update does not pay exactly what was executed.
    TOTAL("A13"),
    DEPOSIT("A12"),
    /// A key that is no link of the chain.
    KEY("A7"),
    /// A round that does not open, or to another state.
    CONTENTS("F6"),
    EXPOSURE("G2"),
    CLOSING("A8");

    private final String number;

    Rule() {
        this("");
    }

    Rule(String number) {
        this.number = number;
    }

    @Override
    public String number() {
        return number;
    }

    public Fault because(String text) {
        return new Fault(this, text);
    }
}
