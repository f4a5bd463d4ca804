package io.evenhand.node;

/// Something outside this process failed or is not ready yet; the same effect may succeed later.
public final class AgainException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean expected;

    public AgainException(String why) {
        this(why, false);
    }

    private AgainException(String why, boolean expected) {
        super(why);
        this.expected = expected;
    }

    /// Nothing is wrong: the time has not come yet.
    public static AgainException notYet(String why) {
        return new AgainException(why, true);
    }

    public boolean isExpected() {
        return expected;
    }

    public String why() {
        return String.valueOf(getMessage());
    }
}
