package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Bytes32;
import java.util.Optional;

/// One thing that happened to a deal in a final block, for evidence.
///
/// @param blockTime timestamp of the block in seconds
public record DealMoment(
        Kind kind,
        Bytes32 transaction,
        Bytes32 block,
        long blockNumber,
        long blockTime,
        Optional<RevealedKey> key) {
    /// What happened; a release by the payee is a refund too.
    public enum Kind {
        OPENED,
        CLAIMED,
        REFUNDED
    }
}
