package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;

/// An update of a channel and the key of its lock: all that its payee closes with.
///
/// @param total what the payer owes for everything since the channel opened
/// @param lock SHA-256 of the key
/// @param signature of `Update(channel, total, lock)` by the channel's signer
/// @param key opens the lock; worth the total until it is public
public record MeterPair(Wei total, Bytes32 lock, CompactSignature signature, Bytes32 key) {
    /// What keeps the contract from closing with a pair.
    public enum Fault {
        /// The total exceeds the deposit.
        ABOVE_DEPOSIT,
        /// The key does not open the lock.
        WRONG_KEY,
        /// Signed by another key, for another channel, or in no valid form.
        WRONG_SIGNER
    }

    /// Without the key.
    @Override
    public String toString() {
        return "update to " + total;
    }
}
