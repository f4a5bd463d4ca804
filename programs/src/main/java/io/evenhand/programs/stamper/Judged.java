package io.evenhand.programs.stamper;

import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.SealId;

/// What came of an attempt. Only {@link Passed} may lead to a stamp.
public sealed interface Judged {
    /// The policy passed, and the bytes it judged are the bytes in this seal.
    record Passed(SealHeader header, SealId sealId) implements Judged {}

    /// The policy says no. The provider learns this bit and nothing else.
    record Failed() implements Judged {}

    /// A pass found other bytes than were taken in: somebody meddles with the spool (decisions
    /// 16b).
    record WorkChanged() implements Judged {}

    /// No verdict, and a repeat gives none: the policy used up its time, or cannot read the hidden
    /// data.
    ///
    /// @param why as of {@link Aborted}
    record Unjudged(String why) implements Judged {
        @Override
        public String toString() {
            return "Unjudged";
        }
    }

    /// No verdict, since something of ours broke: the same attempt is judged again.
    ///
    /// @param why one line for the stamper's operator only; it may speak of hidden data
    record Aborted(String why) implements Judged {
        @Override
        public String toString() {
            return "Aborted";
        }
    }
}
