package io.evenhand.kit.codec;

/// Octets or text from outside that are not what they should be: one line that names the thing and
/// the limit.
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Characters of a message: more would be the peer's text, not ours.
    private static final int MAX_MESSAGE = 400;

    public MalformedException(String message) {
        super(oneLine(message));
    }

    public MalformedException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /// Messages quote what came from outside, which must not make lines of its own in a log or move
    /// a terminal's cursor.
    private static String oneLine(String message) {
        StringBuilder line = new StringBuilder();
        message.codePoints()
                .limit(MAX_MESSAGE)
                .forEach(c -> line.appendCodePoint(printable(c) ? c : '?'));
        return line.toString();
    }

    private static boolean printable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }
}
