package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the channels of one Meter: events once a block for all of them, a channel's word of
/// storage at the newest and at the newest final block, since a top-up leaves no event.
///
/// That a channel is open, and its deposit, come from storage alone (16e); how one ended is read
/// from its events.
final class MeterReader {
    /// The deposit stands above the time of opening.
    private static final int TIME_BITS = 64;

    private final ChainWatcher watcher;
    private final Rail meter;
    private final EventHistory events;

    /// What was read last, by storage key: whoever asks twice in one block is not asking the node.
    private final Map<Bytes32, Seen> seen = new HashMap<>();

    MeterReader(ChainWatcher watcher, Rail meter) {
        this.watcher = watcher;
        this.meter = meter;
        this.events = EventHistory.ofChannels(watcher.rpc(), meter);
    }

    /// What a channel looks like in one snapshot.
    record Standing(
            ChannelView.State tip,
            ChannelView.State finalized,
            int openings,
            Optional<Bytes32> secret) {}

    private record Seen(Bytes32 tip, Bytes32 finalized, long epoch, Standing standing) {
        boolean isOf(ChainSnapshot chain) {
            return tip.equals(chain.tip().hash())
                    && finalized.equals(chain.finalized().hash())
                    && epoch == chain.epoch();
        }
    }

    synchronized void add(Bytes32 key, long lookFrom) {
        events.add(key, lookFrom + 1);
    }

    synchronized void remove(Bytes32 key) {
        events.remove(key);
        seen.remove(key);
    }

    synchronized Standing read(Bytes32 key, ChainSnapshot chain) {
        Seen known = seen.get(key);
        if (known != null && known.isOf(chain)) {
            return known.standing();
        }
        List<Logs.Event> all = events(key, chain);
        Bytes32 tip = word(key, chain.tip());
        Bytes32 finalized = word(key, chain.finalized());
        watcher.second().ifPresent(other -> agree(other, key, chain, finalized));
        Standing standing =
                new Standing(
                        state(tip, all, chain.tip()),
                        state(finalized, all, chain.finalized()),
                        (int) all.stream().filter(e -> e.kind().equals(MeterAbi.OPENED)).count(),
                        all.stream()
                                .filter(e -> e.kind().equals(MeterAbi.CLOSED))
                                .map(Logs.Event::data)
                                .findFirst());
        seen.put(
                key,
                new Seen(chain.tip().hash(), chain.finalized().hash(), chain.epoch(), standing));
        return standing;
    }

    /// All that happened to a channel up to the newest block, oldest first.
    synchronized List<Logs.Event> events(Bytes32 key, ChainSnapshot chain) {
        return events.read(key, watcher, chain);
    }

    private Bytes32 word(Bytes32 key, Header block) {
        return Blocks.storage(watcher.rpc(), meter.contract(), key, block.hash());
    }

    private void agree(SecondOpinion other, Bytes32 key, ChainSnapshot chain, Bytes32 expected) {
        if (!other.storage(meter.contract(), key, chain.finalized().hash()).equals(expected)) {
            throw LedgerException.contradicted(
                    other.name()
                            + " reads another deposit of the channel in a final block: one of the"
                            + " two endpoints is lying");
        }
    }

    private static ChannelView.State state(Bytes32 word, List<Logs.Event> all, Header block) {
        BigInteger number = new BigInteger(1, word.toByteArray());
        Wei deposit = new Wei(number.shiftRight(TIME_BITS));
        long openedAt = word.d();
        boolean open = number.signum() != 0;
        // Both halves of the word of an open channel are above zero.
        if (open && (deposit.equals(Wei.ZERO) || openedAt <= 0)) {
            throw LedgerException.malformed(
                    "eth_getStorageAt: a channel's word is no deposit with its time");
        }
        return new ChannelView.State(status(open, all, block), deposit, openedAt);
    }

    /// A closing is the end, though the contract lets the payer open the same channel once more.
    private static ChannelView.Status status(boolean open, List<Logs.Event> all, Header block) {
        List<Logs.Event> before =
                all.stream().filter(event -> event.block() <= block.number()).toList();
        if (before.stream().anyMatch(event -> event.kind().equals(MeterAbi.CLOSED))) {
            return ChannelView.Status.CLOSED;
        }
        if (open) {
            return ChannelView.Status.OPEN;
        }
        if (before.isEmpty()) {
            return ChannelView.Status.ABSENT;
        }
        Bytes32 last = before.getLast().kind();
        if (last.equals(MeterAbi.OPENED)) {
            throw LedgerException.malformed(
                    "storage says that the channel is not open, its events say that it is");
        }
        return last.equals(MeterAbi.RELEASED)
                ? ChannelView.Status.RELEASED
                : ChannelView.Status.REFUNDED;
    }
}
