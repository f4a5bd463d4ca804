package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.evidence.Finding;

/// The kinds of conclusions, in the order of the exchange. There is no "not paid" (D-I9).
public enum Proven implements Finding.Kind {
    /// One side signed the Terms; the other signature is not here.
    SIGNED,
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
    /// The opened work was handed in with the evidence.
    WORK_OPENS,
    WORK_PASSES,
    WORK_FAILS,
    /// Two stamps for one exchange.
    DOUBLE_STAMP,
    /// A stamp that the Terms do not allow.
    WRONG_STAMP,
    /// A stamp on work that fails or does not open.
    FALSE_STAMP,
    /// A signed delivery of something that was not agreed.
    BAD_DELIVERY,
    /// A signed delivery of work that fails or does not open.
    DELIVERED_JUNK,
    /// A signed notice of a deposit that was not agreed.
    BAD_DEPOSIT,
    /// Two different statements where an honest party makes one.
    EQUIVOCATION,
    /// Two parties say things that cannot both be true.
    CONTRADICTION,
    ENDED
}
