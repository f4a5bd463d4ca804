package io.evenhand.kit.codec;

/// Bytes or text from outside that are not what they should be: one line that names the thing and
/// the limit.
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedException(String message) {
        super(message);
    }

    public MalformedException(String message, Throwable cause) {
        super(message, cause);
    }
}
