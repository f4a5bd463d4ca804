package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Bytes32;
import java.util.Optional;

/// A transaction at work.
final class Tracked {
    TransactionRecord record;

    /// The chain when its receipt was read: the receipt stands until a block is taken back.
    long receiptEpoch = -1;

    /// The tip at which a node was last seen to have it.
    Bytes32 knownAt = Bytes32.ZERO;

    /// Somebody asked for it since the start of this process, or a node has seen it.
    boolean wanted;

    /// Why no node took it when it was sent last; how often in a row.
    Optional<LedgerException> refusal = Optional.empty();

    /// Of the newest form.
    int refusals;

    /// Of all forms since a node last took one.
    int refusedInARow;

    /// Newest blocks beyond which a node said that a newer one holds the newest form, or gave no
    /// readable answer.
    int lateTips;

    /// The last of them: many looks at one block say no more than one.
    Bytes32 lateAt = Bytes32.ZERO;

    /// What keeps it from being sent or raised now.
    Optional<Shortfall> shortage = Optional.empty();

    Tracked(TransactionRecord record, boolean wanted) {
        this.record = record;
        this.wanted = wanted;
    }

    /// The nonce of its newest signed form, -1 before the first.
    long nonce() {
        return record.attempts().isEmpty() ? -1 : record.attempts().getLast().nonce();
    }

    boolean isUnderWay() {
        return wanted && nonce() >= 0 && record.status() instanceof TransactionStatus.Pending;
    }
}
