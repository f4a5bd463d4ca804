package io.evenhand.protocols.delegation.evidence;

/// Names for sentences: the beginning of an identifier, which stands whole in the list of
/// identifiers, and the words of a party in quotation marks.
final class Brief {
    private static final int LENGTH = 16;

    private Brief() {}

    static String of(Object identifier) {
        String text = identifier.toString();
        return text.length() <= LENGTH ? text : text.substring(0, LENGTH) + "…";
    }

    /// What a party wrote, so that it cannot end its own quotation and go on as if it were ours.
    static String quoted(String text) {
        return "\"" + text.replace('"', '\'') + "\"";
    }
}
