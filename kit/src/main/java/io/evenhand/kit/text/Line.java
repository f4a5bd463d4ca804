package io.evenhand.kit.text;

import io.evenhand.kit.codec.PlainText;

/// One line of text for people, short enough for where it is stored or sent.
///
/// Reasons are put together from what peers and tools say, and what is stored must be readable
/// again: the codec refuses long text and hidden characters.
public final class Line {
    private Line() {}

    /// The text with spaces for hidden characters, cut before it exceeds `limit` bytes of UTF-8.
    public static String of(String text, int limit) {
        StringBuilder line = new StringBuilder();
        int bytes = 0;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            int shown = PlainText.isHidden(point) ? ' ' : point;
            bytes += size(shown);
            if (bytes > limit) {
                break;
            }
            line.appendCodePoint(shown);
        }
        return line.toString();
    }

    private static int size(int point) {
        if (point < 0x80) {
            return 1;
        }
        if (point < 0x800) {
            return 2;
        }
        return point < 0x10000 ? 3 : 4;
    }
}
