package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The events of one deal, and the openings under its xid. Those of final blocks are read once; the
/// rest is read again for each snapshot, so a reorg needs no care.
final class DealHistory {
    /// Blocks asked for at once: what stingy endpoints still answer.
    private static final long RANGE = 1_000;

    /// Events of one deal or one xid in one range; anybody can open deals under a foreign xid.
    private static final int MAX_LOGS = 10_000;

    private static final int MAX_LOG_BYTES = 1_024;

    /// One event.
    ///
    /// @param data the first word of its data, zero if it has none
    record Event(
            Bytes32 kind, DealId deal, Bytes32 data, long block, long index, Bytes32 transaction) {}

    private final JsonRpc rpc;
    private final Rail rail;
    private final DealId deal;
    private final Bytes32 xid;
    private final List<Event> settled = new ArrayList<>();
    private final long from;
    private Optional<Header> settledAt = Optional.empty();

    DealHistory(JsonRpc rpc, Rail rail, DealId deal, Bytes32 xid, long from) {
        this.rpc = rpc;
        this.rail = rail;
        this.deal = deal;
        this.xid = xid;
        this.from = from;
    }

    long from() {
        return from;
    }

    /// All events up to the snapshot's tip, oldest first.
    List<Event> read(ChainWatcher watcher, ChainSnapshot chain) {
        if (settledAt.filter(at -> !watcher.isCanonical(at.number(), at.hash())).isPresent()) {
            settled.clear();
            settledAt = Optional.empty();
        }
        long next = settledAt.map(at -> Math.max(from, at.number() + 1)).orElse(from);
        List<Event> fresh = fetch(next, chain.tip().number());
        List<Event> all = new ArrayList<>(settled);
        all.addAll(fresh);
        if (settledAt.isEmpty() || settledAt.get().number() < chain.finalized().number()) {
            fresh.stream()
                    .filter(event -> event.block() <= chain.finalized().number())
                    .forEach(settled::add);
            settledAt = Optional.of(chain.finalized());
        }
        return all;
    }

    private List<Event> fetch(long first, long last) {
        List<Event> events = new ArrayList<>();
        for (long at = first; at <= last; at += RANGE) {
            long to = Math.min(last, at + RANGE - 1);
            List<Object> kinds =
                    hex(
                            EscrowAbi.OPENED,
                            EscrowAbi.REVEALED,
                            EscrowAbi.REFUNDED,
                            EscrowAbi.RELEASED);
            addLogs(events, at, to, List.of(kinds, "0x" + deal));
            List<Object> sameXid = new ArrayList<>(hex(EscrowAbi.OPENED));
            sameXid.add(null);
            sameXid.add("0x" + xid);
            addLogs(events, at, to, sameXid);
        }
        return events.stream()
                .distinct()
                .sorted(Comparator.comparingLong(Event::block).thenComparingLong(Event::index))
                .toList();
    }

    private static List<Object> hex(Bytes32... topics) {
        return Arrays.stream(topics).<Object>map(topic -> "0x" + topic).toList();
    }

    private void addLogs(List<Event> events, long first, long last, List<?> topics) {
        Map<String, Object> filter =
                Map.of(
                        "address", rail.contract().toString(),
                        "fromBlock", Blocks.quantity(first),
                        "toBlock", Blocks.quantity(last),
                        "topics", topics);
        for (Answer log : rpc.call("eth_getLogs", filter).list(MAX_LOGS)) {
            Event event = event(log);
            boolean ours = event.deal().equals(deal) || event.kind().equals(EscrowAbi.OPENED);
            if (!log.field("address").address().equals(rail.contract())
                    || event.block() < first
                    || event.block() > last
                    || !ours) {
                throw LedgerException.malformed(
                        rpc.name() + " answers eth_getLogs with logs that were not asked for");
            }
            events.add(event);
        }
    }

    static Event event(Answer log) {
        List<Answer> topics = log.field("topics").list(4);
        if (topics.size() < 2) {
            throw LedgerException.malformed("eth_getLogs: an event without a deal");
        }
        byte[] data = log.field("data").data(MAX_LOG_BYTES);
        return new Event(
                topics.getFirst().hash(),
                new DealId(topics.get(1).hash()),
                data.length < 32 ? Bytes32.ZERO : Bytes32.of(data, 0, 32),
                log.field("blockNumber").quantity(),
                log.field("logIndex").quantity(),
                log.field("transactionHash").hash());
    }
}
