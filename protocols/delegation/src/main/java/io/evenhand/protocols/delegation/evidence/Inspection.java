package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Xid;

/// What was found when the sealed work itself was handed in: its chunks have the root in the
/// header, its psk, policy and hidden data are the ones that the Terms commit to, and it was opened
/// with the published key.
///
/// @param opens the seal opened
/// @param detail why it did not open, or the figures of the policy
/// @param bytes length of the opened work, else 0
/// @param sha256 of the opened work, else zero
public record Inspection(
        Xid xid,
        SealId sealId,
        boolean opens,
        Judged judged,
        String detail,
        long bytes,
        Bytes32 sha256) {
    /// What the policy says of the opened work.
    public enum Judged {
        PASSES,
        FAILS,
        /// It could not be judged here.
        UNDECIDED
    }
}
