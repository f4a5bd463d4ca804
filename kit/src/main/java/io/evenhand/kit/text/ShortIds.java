package io.evenhand.kit.text;

/// Short forms for use in sentences: the beginning of an identifier (the list of identifiers has
/// all of it), and the words of a party in quotation marks.
public final class ShortIds {
    private static final int LENGTH = 16;

    private ShortIds() {}

    public static String of(Object identifier) {
        String text = identifier.toString();
        return text.length() <= LENGTH ? text : text.substring(0, LENGTH) + "…";
    }

    /// What a party wrote, so that it cannot end its own quotation and go on as if it were ours.
    public static String quoted(String text) {
        return "\"" + text.replace('"', '\'') + "\"";
    }
}
