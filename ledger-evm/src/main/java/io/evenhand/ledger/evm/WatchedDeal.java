package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A deal of interest and what was learnt about it.
final class WatchedDeal {
    final Deal deal;
    final DealId id;
    final long lookFrom;

    /// Transactions of others that opened deals under the same xid.
    final Set<Bytes32> strangers = new HashSet<>();

    /// Nobody follows it any more, or it is followed anew.
    boolean ended;

    Optional<Slot> tip = Optional.empty();
    Optional<Slot> finalized = Optional.empty();

    /// Our claim was handed over: that stays so.
    volatile boolean claimKnown;

    private volatile Optional<RevealedKey> key = Optional.empty();

    /// The deal's word of storage as it was read.
    ///
    /// @param assumed it was not read: events say what it is
    /// @param block after which it stood so
    /// @param events what had happened to the deal by then; while nothing else has, the word stays
    /// @param epoch of the chain ({@link ChainSnapshot})
    record Slot(
            long openedAt,
            boolean assumed,
            Bytes32 block,
            List<Logs.Event> events,
            long epoch,
            long readNanos) {
        boolean holds(List<Logs.Event> now, long present) {
            return epoch == present && events.equals(now);
        }
    }

    WatchedDeal(Deal deal, DealId id, long lookFrom) {
        this.deal = deal;
        this.id = id;
        this.lookFrom = lookFrom;
    }

    Optional<RevealedKey> key() {
        return key;
    }

    void know(Optional<RevealedKey> known) {
        key = known;
    }

    /// True if this is news. Wrong keys are passed over: junk must not hide the real one.
    boolean offer(Bytes32 scalar) {
        if (key.isPresent() || !PointLock.opens(deal.lock(), scalar)) {
            return false;
        }
        key = Optional.of(new RevealedKey(scalar));
        return true;
    }

    /// Whether this event published the key that opens the lock: then it is no invention.
    boolean isClaim(Logs.Event event) {
        return event.kind().equals(EscrowAbi.REVEALED)
                && key.filter(known -> known.scalar().equals(event.data())).isPresent();
    }
}
