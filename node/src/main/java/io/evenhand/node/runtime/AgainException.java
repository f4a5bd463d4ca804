package io.evenhand.node.runtime;

/// Something outside did not do its part; the same effect may succeed later.
final class AgainException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean expected;

    AgainException(String why) {
        this(why, false);
    }

    private AgainException(String why, boolean expected) {
        super(why);
        this.expected = expected;
    }

    /// Nothing is wrong: the time has not come yet.
    static AgainException notYet(String why) {
        return new AgainException(why, true);
    }

    boolean isExpected() {
        return expected;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
