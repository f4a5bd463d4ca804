package io.evenhand.protocols.delegation;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.machine.Refusal;
import io.evenhand.kit.text.Line;
import io.evenhand.protocols.delegation.message.Message;

/// Why a party of a delegation refuses something or ends an exchange.
public record Fault(Rule rule, @Limit(MAX_TEXT) String text) implements Refusal {
    /// Bytes: a peer's reason fits, with who gave it.
    static final int MAX_TEXT = 2048;

    public Fault {
        text = Line.of(text, MAX_TEXT);
    }

    /// What the other side is told.
    public Message.Refuse refuse() {
        return new Message.Refuse(rule.name(), line());
    }
}
