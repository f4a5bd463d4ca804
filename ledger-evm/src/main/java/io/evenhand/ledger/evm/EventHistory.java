package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The events of the contract that one filter lets through. Those of final blocks are read once;
/// the rest is read again for each snapshot, so a reorg needs no care.
final class EventHistory {
    /// An index of logs may be some blocks behind the chain itself: the newest final blocks are
    /// read again, as a log that came too late would be missed for good.
    private static final long INDEX_LAG = 32;

    private final JsonRpc rpc;
    private final Logs logs;
    private final long from;
    private final List<Object> topics;
    private final Predicate<Logs.Event> fits;
    private final List<Logs.Event> settled = new ArrayList<>();
    private Optional<Header> settledAt = Optional.empty();

    private EventHistory(
            JsonRpc rpc, Rail rail, long from, List<Object> topics, Predicate<Logs.Event> fits) {
        this.rpc = rpc;
        this.logs = new Logs(rpc, rail.contract());
        this.from = from;
        this.topics = topics;
        this.fits = fits;
    }

    /// All that happened to one deal: its parties alone cause that, so nobody can swell it.
    static EventHistory of(JsonRpc rpc, Rail rail, long from, DealId deal) {
        List<Object> kinds =
                Logs.hex(
                        EscrowAbi.OPENED,
                        EscrowAbi.REVEALED,
                        EscrowAbi.REFUNDED,
                        EscrowAbi.RELEASED);
        return new EventHistory(
                rpc, rail, from, List.of(kinds, "0x" + deal), event -> event.deal().equals(deal));
    }

    /// The openings under one xid: anybody can add some.
    static EventHistory openings(JsonRpc rpc, Rail rail, long from, Bytes32 xid) {
        return new EventHistory(
                rpc,
                rail,
                from,
                Arrays.asList("0x" + EscrowAbi.OPENED, null, "0x" + xid),
                event -> event.kind().equals(EscrowAbi.OPENED));
    }

    long from() {
        return from;
    }

    /// All events up to the snapshot's tip, oldest first.
    List<Logs.Event> read(ChainWatcher watcher, ChainSnapshot chain) {
        if (settledAt.filter(at -> !watcher.isCanonical(at.number(), at.hash())).isPresent()) {
            settled.clear();
            settledAt = Optional.empty();
        }
        long next = settledAt.map(at -> Math.max(from, at.number() + 1)).orElse(from);
        List<Logs.Event> fresh = fetch(next, chain.tip().number());
        List<Logs.Event> all = new ArrayList<>(settled);
        all.addAll(fresh);
        long settle = chain.finalized().number() - INDEX_LAG;
        if (settle >= next + INDEX_LAG) {
            Header settledNow = watcher.canonical(settle);
            fresh.stream().filter(event -> event.block() <= settle).forEach(settled::add);
            settledAt = Optional.of(settledNow);
        }
        return all;
    }

    private List<Logs.Event> fetch(long first, long last) {
        List<Logs.Event> events = new ArrayList<>();
        logs.read(first, last, topics, events::addAll);
        if (!events.stream().allMatch(fits)) {
            throw LedgerException.malformed(
                    rpc.name() + " answers eth_getLogs with logs that were not asked for");
        }
        return events.stream()
                .distinct()
                .sorted(
                        Comparator.comparingLong(Logs.Event::block)
                                .thenComparingLong(Logs.Event::index))
                .toList();
    }
}
