package io.evenhand.kit.deal;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.util.Optional;

/// One snapshot of a deal: never a stream of events, so nothing is missed and a reorg needs no
/// special case.
///
/// @param codeHash keccak-256 of the code found at the contract's address (D17)
/// @param tip status as of the newest block
/// @param finalized status as of the newest final block: open only if storage says so, not an event
///   alone
/// @param openedAt timestamp in seconds of the block that opened the deal, 0 if it is not open at
///   the tip
/// @param revealed the key, from a block, the mempool or a replaced claim: all of them are public
/// @param claimKnown a node knows our claim, or our journal says it was handed over
/// @param otherDeal another deal with the same xid was ever opened by this payer (one deal per
///   xid); false once this deal itself was opened, as it is not looked for then
/// @param claimFee what a claim costs at the present fee
public record DealView(
        Bytes32 codeHash,
        DealStatus tip,
        DealStatus finalized,
        long openedAt,
        Optional<RevealedKey> revealed,
        boolean claimKnown,
        boolean otherDeal,
        Wei claimFee) {}
