package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Bytes32;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/// The events of one contract under a number of keys, read together: a new block costs one question
/// for all of them. A key is an indexed word of the event, which its filter names: so nobody else
/// can swell the answer.
///
/// Events of final blocks are read once; the rest is read again for each new block, so neither a
/// reorg nor an index that is behind needs care.
final class EventHistory {
    /// An index of logs may be some blocks behind the chain itself: the newest final blocks are
    /// read again, as a log that came too late would be missed for good.
    private static final long INDEX_LAG = 32;

    /// So many older blocks are read for others too.
    private static final long NEAR = 64;

    /// Transactions with openings under our xid that are looked at; so many are an attack: they
    /// count as ours. Only the parties know the xid before its deal is opened.
    static final int MAX_OTHERS = 64;

    /// Keys in one question; nodes take a thousand.
    private static final int MAX_KEYS = 500;

    /// What is known under one key.
    private static final class Line {
        final long from;
        int users = 1;
        final List<Logs.Event> settled = new ArrayList<>();

        /// All events up to this block are in `settled`.
        long settledTo;

        List<Logs.Event> fresh = List.of();

        /// The tip up to which `fresh` was read.
        Bytes32 readAt = Bytes32.ZERO;

        Line(long from) {
            this.from = from;
            this.settledTo = from - 1;
        }

        Line anew() {
            Line line = new Line(from);
            line.users = users;
            return line;
        }

        List<Logs.Event> all() {
            if (settled.isEmpty()) {
                return fresh;
            }
            List<Logs.Event> all = new ArrayList<>(settled);
            all.addAll(fresh);
            return all;
        }
    }

    private final JsonRpc rpc;
    private final Logs logs;
    private final Function<List<Object>, List<Object>> topics;
    private final Function<Logs.Event, Bytes32> key;
    private final Predicate<Logs.Event> kept;
    private final Map<Bytes32, Line> lines = new LinkedHashMap<>();
    private Optional<Header> settledAt = Optional.empty();
    private long epoch;

    /// The tip for which the endpoint failed to answer about all together.
    private Bytes32 failedAt = Bytes32.ZERO;

    private EventHistory(
            JsonRpc rpc,
            Rail rail,
            Function<List<Object>, List<Object>> topics,
            Function<Logs.Event, Bytes32> key,
            Predicate<Logs.Event> kept) {
        this.kept = kept;
        this.rpc = rpc;
        this.logs = new Logs(rpc, rail.contract());
        this.topics = topics;
        this.key = key;
    }

    /// All that happened to deals, by their ids: a deal's parties alone cause that.
    static EventHistory ofDeals(JsonRpc rpc, Rail rail) {
        List<Object> kinds =
                Logs.hex(
                        EscrowAbi.OPENED,
                        EscrowAbi.REVEALED,
                        EscrowAbi.REFUNDED,
                        EscrowAbi.RELEASED);
        return new EventHistory(
                rpc, rail, ids -> List.of(kinds, ids), event -> event.deal().value(), _ -> true);
    }

    /// All that happened to channels of a Meter, by their storage keys: a channel's parties alone
    /// cause that.
    static EventHistory ofChannels(JsonRpc rpc, Rail meter) {
        List<Object> kinds =
                Logs.hex(MeterAbi.OPENED, MeterAbi.CLOSED, MeterAbi.REFUNDED, MeterAbi.RELEASED);
        return new EventHistory(
                rpc, meter, keys -> List.of(kinds, keys), event -> event.deal().value(), _ -> true);
    }

    /// Openings, by their xids: anybody can add some.
    ///
    /// @param kept those that nothing may hide; of all others one is kept for each transaction, up
    ///   to one more than `MAX_OTHERS`
    static EventHistory ofXids(JsonRpc rpc, Rail rail, Predicate<Logs.Event> kept) {
        return new EventHistory(
                rpc,
                rail,
                xids -> Arrays.asList("0x" + EscrowAbi.OPENED, null, xids),
                event -> event.xid().orElse(Bytes32.ZERO),
                kept);
    }

    /// Reads under this key too, until it is removed as often as it was added.
    ///
    /// @param from the first block that may hold an event of it
    synchronized void add(Bytes32 name, long from) {
        Line known = lines.get(name);
        if (known == null) {
            lines.put(name, new Line(from));
        } else {
            Line line = known.from <= from ? known : new Line(from);
            line.users = known.users + 1;
            lines.put(name, line);
        }
    }

    synchronized void remove(Bytes32 name) {
        Line known = lines.get(name);
        if (known != null && --known.users == 0) {
            lines.remove(name);
        }
    }

    /// All events under a key up to the snapshot's tip, oldest first.
    synchronized List<Logs.Event> read(Bytes32 name, ChainWatcher watcher, ChainSnapshot chain) {
        forgetUndone(watcher, chain);
        Line line = lines.get(name);
        if (line == null) {
            throw new IllegalStateException("events are read under a key that was not added");
        }
        if (!line.readAt.equals(chain.tip().hash())) {
            try {
                readAll(line, !failedAt.equals(chain.tip().hash()), watcher, chain);
            } catch (LedgerException e) {
                if (e.isPassing() || lines.size() == 1 || failedAt.equals(chain.tip().hash())) {
                    throw e;
                }
                // It may fail for one key: then each is read alone.
                failedAt = chain.tip().hash();
                readAll(line, false, watcher, chain);
            }
            settle(watcher, chain);
        }
        return line.all();
    }

    /// What was read under a key for this snapshot, if anything was.
    synchronized List<Logs.Event> known(Bytes32 name, ChainSnapshot chain) {
        Line line = lines.get(name);
        return line != null && line.readAt.equals(chain.tip().hash()) ? line.all() : List.of();
    }

    /// What was read under a key last, of whatever chain that was.
    synchronized List<Logs.Event> last(Bytes32 name) {
        Line line = lines.get(name);
        return line == null ? List.of() : line.all();
    }

    private void forgetUndone(ChainWatcher watcher, ChainSnapshot chain) {
        if (epoch == chain.epoch()) {
            return;
        }
        if (settledAt.filter(at -> !watcher.isCanonical(at.number(), at.hash())).isPresent()) {
            lines.replaceAll((_, line) -> line.anew());
            settledAt = Optional.empty();
        }
        epoch = chain.epoch();
    }

    /// For this key and for all others of which no much older blocks are missing: somebody new with
    /// a long past holds up nobody.
    ///
    /// @param together false for this key alone
    private void readAll(Line wanted, boolean together, ChainWatcher watcher, ChainSnapshot chain) {
        long tip = chain.tip().number();
        // The one that is asked for comes first.
        List<Map.Entry<Bytes32, Line>> due = new ArrayList<>();
        for (Map.Entry<Bytes32, Line> entry : lines.entrySet()) {
            Line line = entry.getValue();
            boolean stale = !line.readAt.equals(chain.tip().hash());
            if (line == wanted
                    || (together && stale && line.settledTo >= wanted.settledTo - NEAR)) {
                due.add(line == wanted ? 0 : due.size(), entry);
            }
        }
        for (int at = 0; at < due.size(); at += MAX_KEYS) {
            Map<Bytes32, Line> part = new HashMap<>();
            due.subList(at, Math.min(due.size(), at + MAX_KEYS))
                    .forEach(entry -> part.put(entry.getKey(), entry.getValue()));
            long first =
                    part.values().stream().mapToLong(line -> line.settledTo).min().orElse(tip) + 1;
            read(part, first, tip, watcher);
            part.values().forEach(line -> line.readAt = chain.tip().hash());
        }
    }

    private void read(Map<Bytes32, Line> part, long first, long last, ChainWatcher watcher) {
        if (first > last) {
            return;
        }
        Map<Bytes32, Found> found = new HashMap<>();
        logs.read(
                first,
                last,
                topics.apply(part.keySet().stream().<Object>map(name -> "0x" + name).toList()),
                events -> {
                    for (Logs.Event event : events) {
                        Bytes32 name = key.apply(event);
                        if (!part.containsKey(name)) {
                            throw LedgerException.malformed(
                                    rpc.name()
                                            + " answers eth_getLogs with logs that were not asked"
                                            + " for");
                        }
                        if (watcher.isReplaced(event.block(), event.blockHash())) {
                            throw LedgerException.malformed(
                                    rpc.name() + " gives logs of another block " + event.block());
                        }
                        found.computeIfAbsent(name, _ -> new Found(part.get(name))).add(event);
                    }
                });
        part.forEach((name, line) ->
                line.fresh =
                        found.containsKey(name)
                                ? found.get(name).events.stream()
                                        .distinct()
                                        .sorted(
                                                Comparator.comparingLong(Logs.Event::block)
                                                        .thenComparingLong(Logs.Event::index))
                                        .toList()
                                : List.of());
    }

    /// What is read under one key: not more than is needed of what strangers can add.
    private final class Found {
        private final Line line;
        private final List<Logs.Event> events = new ArrayList<>();
        private final Set<Bytes32> others = new HashSet<>();

        Found(Line line) {
            this.line = line;
            line.settled.forEach(event -> others.add(event.transaction()));
        }

        void add(Logs.Event event) {
            boolean isNew = event.block() > line.settledTo;
            boolean isOther =
                    !kept.test(event)
                            && (others.size() > MAX_OTHERS || !others.add(event.transaction()));
            if (isNew && !isOther) {
                events.add(event);
            }
        }
    }

    private void settle(ChainWatcher watcher, ChainSnapshot chain) {
        long settle = chain.finalized().number() - INDEX_LAG;
        long last = settledAt.map(Header::number).orElse(Long.MIN_VALUE);
        boolean due =
                settle > 0
                        && lines.values().stream()
                                .anyMatch(line ->
                                        settle > line.settledTo + INDEX_LAG && settle > last);
        if (!due) {
            return;
        }
        settledAt = Optional.of(watcher.canonical(settle));
        for (Line line : lines.values()) {
            if (settle > line.settledTo && line.readAt.equals(chain.tip().hash())) {
                line.fresh.stream()
                        .filter(event -> event.block() <= settle)
                        .forEach(line.settled::add);
                line.fresh = line.fresh.stream().filter(event -> event.block() > settle).toList();
                line.settledTo = settle;
            }
        }
    }
}
