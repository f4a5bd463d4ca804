package io.evenhand.kit.codec;

/// What a text for people may hold: nothing that moves a cursor, begins a line, turns the direction
/// of writing or takes no place on the screen.
///
/// A name with such characters can look like another name, and a reason with them like a line of
/// ours.
public final class PlainText {
    private PlainText() {}

    /// Control, format (bidirectional overrides, zero-width characters, tags) and separator
    /// characters, lone surrogates, and the letters that Unicode calls default-ignorable.
    public static boolean isHidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    true;
            default -> isIgnorable(codePoint);
        };
    }

    /// Letters and marks without a shape: grapheme joiner, Hangul and Khmer fillers, variation
    /// selectors (Unicode, DerivedCoreProperties).
    private static boolean isIgnorable(int c) {
        return c == 0x34f
                || c == 0x115f
                || c == 0x1160
                || c == 0x17b4
                || c == 0x17b5
                || (c >= 0x180b && c <= 0x180f)
                || c == 0x3164
                || (c >= 0xfe00 && c <= 0xfe0f)
                || c == 0xffa0
                || (c >= 0xe0000 && c <= 0xe0fff);
    }

    /// The text on one line: what is hidden or not a character becomes a question mark, line ends
    /// and tabs a space.
    ///
    /// @param max characters after which it is cut
    public static String line(String text, int max) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .limit(max)
                .forEach(c -> {
                    boolean space = c == '\n' || c == '\r' || c == '\t';
                    boolean odd = isHidden(c) || Character.getType(c) == Character.UNASSIGNED;
                    line.appendCodePoint(space ? ' ' : odd ? '?' : c);
                });
        return line.toString();
    }
}
