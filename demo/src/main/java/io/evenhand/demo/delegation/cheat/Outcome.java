package io.evenhand.demo.delegation.cheat;

import java.util.Locale;

/// How an exchange ended for its customer.
public enum Outcome {
    SETTLED,
    REFUNDED,
    ABORTED;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @param state name of the customer's final state
    public static Outcome of(String state) {
        return switch (state) {
            case "Settled" -> SETTLED;
            case "Refunded" -> REFUNDED;
            default -> ABORTED;
        };
    }
}
