package io.evenhand.protocols.metered;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.machine.Refusal;
import io.evenhand.kit.text.Line;

/// Why a party of a metered exchange refuses something or ends a session.
public record Fault(Rule rule, @Limit(MAX_TEXT) String text) implements Refusal {
    /// Bytes: a peer's reason fits, with who gave it.
    static final int MAX_TEXT = 2048;

    public Fault {
        text = Line.of(text, MAX_TEXT);
    }
}
