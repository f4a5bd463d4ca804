package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.util.Optional;

/// One thing that happened to a channel in a final block, for evidence.
///
/// @param blockTime timestamp of the block in seconds
/// @param secret the key that a closing made public
/// @param total what a closing paid to the payee, read from the calldata of the transaction itself;
///   nothing if it was closed through another contract: then the amount is not proved (G11)
public record MeterMoment(
        Kind kind,
        Bytes32 transaction,
        Bytes32 block,
        long blockNumber,
        long blockTime,
        Optional<Bytes32> secret,
        Optional<Wei> total) {
    /// What happened.
    public enum Kind {
        OPENED,
        CLOSED,
        REFUNDED,
        RELEASED
    }
}
