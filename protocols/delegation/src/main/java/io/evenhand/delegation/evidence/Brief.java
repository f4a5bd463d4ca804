package io.evenhand.delegation.evidence;

/// Names for sentences: the beginning of an identifier, which stands whole in the list of
/// identifiers.
final class Brief {
    private static final int LENGTH = 16;

    private Brief() {}

    static String of(Object identifier) {
        String text = identifier.toString();
        return text.length() <= LENGTH ? text : text.substring(0, LENGTH) + "…";
    }
}
