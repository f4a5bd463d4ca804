package io.evenhand.node.runtime;

/// A peer answered, for good, that it does not take this; its reason is one line.
final class DeclinedException extends Exception {
    private static final long serialVersionUID = 1L;

    DeclinedException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
