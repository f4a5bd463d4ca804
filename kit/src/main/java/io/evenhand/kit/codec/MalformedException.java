package io.evenhand.kit.codec;

/// Octets or text from outside that are not what they should be: one line that names the thing and
/// the limit.
///
/// Messages quote what came from outside, which must not make lines of its own in a log or move a
/// terminal's cursor.
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Characters of a message: more would be the peer's text, not ours.
    private static final int MAX_MESSAGE = 400;

    public MalformedException(String message) {
        super(PlainText.line(message, MAX_MESSAGE));
    }

    public MalformedException(String message, Throwable cause) {
        super(PlainText.line(message, MAX_MESSAGE), cause);
    }
}
