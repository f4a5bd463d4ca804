package io.evenhand.node.store;

import java.util.Locale;

/// What a node is in one exchange.
public enum Role {
    CUSTOMER,
    PROVIDER,
    STAMPER;

    /// The name in the journal and on screens.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Role of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
