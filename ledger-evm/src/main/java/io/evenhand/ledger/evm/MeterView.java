package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.util.Optional;

/// One snapshot of a channel.
///
/// @param codeHash keccak-256 of the code found at the contract's address (D17)
/// @param tip as of the newest block
/// @param finalized as of the newest final block; with two endpoints both say so
/// @param openings how often the channel was opened on this chain so far, whatever became of it: a
///   channel is opened once (F11)
/// @param secret the key that a closing made public in any block, final or not
public record MeterView(
        Bytes32 codeHash, State tip, State finalized, int openings, Optional<Bytes32> secret) {
    /// How far a channel has come.
    public enum Status {
        /// Never opened, as far as the events tell.
        ABSENT,
        /// Storage holds its deposit.
        OPEN,
        /// Closed with an update. It stays so, even if its payer opens it again.
        CLOSED,
        /// Its payer has the deposit back.
        REFUNDED,
        /// Its payee gave the deposit back.
        RELEASED
    }

    /// A channel after one block.
    ///
    /// @param deposit what storage holds for it, zero if it is not open
    /// @param openedAt timestamp in seconds of the block that opened it, 0 if it is not open
    public record State(Status status, Wei deposit, long openedAt) {}
}
