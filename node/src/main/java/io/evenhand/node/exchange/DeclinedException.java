package io.evenhand.node.exchange;

/// A peer answered, for good, that it does not take this; its reason is one line.
public final class DeclinedException extends Exception {
    private static final long serialVersionUID = 1L;

    public DeclinedException(String reason) {
        super(reason);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
