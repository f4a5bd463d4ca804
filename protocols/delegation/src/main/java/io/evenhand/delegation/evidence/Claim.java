package io.evenhand.delegation.evidence;

/// One thing a bundle proves, in plain words.
///
/// @param provided what it stands on beside the signatures, or empty
public record Claim(Kind kind, String sentence, String provided) {
    /// The kinds of conclusions, in the order of the exchange. There is no "not paid" (D-I9).
    public enum Kind {
        AGREED,
        KEY_POSSESSED,
        PROVISIONED,
        STAMPED,
        DELIVERED,
        ACKNOWLEDGED,
        FUNDED,
        DEPOSITED,
        KEY_PUBLISHED,
        PAID,
        REFUNDED,
        DOUBLE_STAMP
    }
}
