package io.evenhand.protocols.delegation.evidence;

import java.util.List;
import java.util.Optional;

/// One thing a bundle proves, in plain words.
///
/// @param basis what it rests on: whose signature
/// @param provided what it stands on beside the signatures, or empty
/// @param blame who did what an honest party's program never does
/// @param seen the transaction it is about, which a node of the chain can confirm or deny
public record Claim(
        Kind kind,
        String sentence,
        String basis,
        String provided,
        List<Party> blame,
        Optional<Observation> seen) {
    public Claim {
        blame = List.copyOf(blame);
    }

    Claim(Kind kind, String sentence, String basis, List<Party> blame) {
        this(kind, sentence, basis, "", blame, Optional.empty());
    }

    Claim(Kind kind, String sentence, String basis, String provided) {
        this(kind, sentence, basis, provided, List.of(), Optional.empty());
    }

    /// The kinds of conclusions, in the order of the exchange. There is no "not paid" (D-I9).
    public enum Kind {
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
}
