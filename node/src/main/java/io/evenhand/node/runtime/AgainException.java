package io.evenhand.node.runtime;

/// Something outside did not do its part; the same effect may succeed later.
final class AgainException extends Exception {
    private static final long serialVersionUID = 1L;

    AgainException(String why) {
        super(why);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
