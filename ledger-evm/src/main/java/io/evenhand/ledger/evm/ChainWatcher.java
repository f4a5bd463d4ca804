package io.evenhand.ledger.evm;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.alarm.NodeAlarm;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.Bytes32;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Follows the chain at one endpoint, with one thread, and gives its listeners snapshots.
///
/// A push of new heads only wakes it: what it reports it always asks for itself. So HTTP and
/// WebSocket differ in latency alone, and an outage needs no special case: the next look walks back
/// from the newest block by parent hashes until it meets a known one.
public final class ChainWatcher implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ChainWatcher.class.getName());

    /// A newest block this old, or this far ahead, means a stuck node or a wrong clock (decisions
    /// 10).
    static final Duration MAX_CLOCK_GAP = Duration.ofMinutes(15);

    /// How to follow a chain.
    ///
    /// @param poll pause between two looks when nothing is pushed
    /// @param heartbeat listeners hear something at least this often
    public record Settings(FinalityPolicy finality, Duration poll, Duration heartbeat) {
        public static Settings of(FinalityPolicy finality) {
            return new Settings(finality, Duration.ofSeconds(2), Duration.ofSeconds(10));
        }
    }

    /// Looks while nothing works are at most this much rarer than others, and at most this rare.
    private static final int LONGEST_PAUSE_POLLS = 16;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    /// Nothing waits for the chain: it is looked at so rarely.
    private static final int IDLE_POLLS = 20;

    private static final Duration IDLE_PAUSE = Duration.ofSeconds(8);

    /// Pushes that come in a burst cause one look.
    private static final Duration BURST = Duration.ofMillis(250);

    /// While an endpoint pushes new heads, it is asked by itself so rarely.
    private static final int RELIED_POLLS = 8;

    /// What moves slowly is asked for so rarely.
    private static final int SLOW_POLLS = 4;

    /// Whoever wants to know. Called on the watcher's thread, one at a time; a `LedgerException` it
    /// throws becomes a line for people, and the next snapshot comes anyway.
    public interface Listener {
        void onSnapshot(ChainSnapshot snapshot);

        /// All that is wrong now, before each snapshot and while no block was ever seen.
        default void onAlarms(List<Alarm> present) {}

        /// One line for people.
        default void onTrouble(String line) {}

        /// Whether it waits for something of the chain now; if nobody does, looks are rare.
        default boolean waits() {
            return true;
        }
    }

    private final JsonRpc rpc;
    private final Settings settings;
    private final InstantSource clock;
    private final Optional<SecondOpinion> second;
    private final HeaderChain headers;
    private final MempoolScanner sightings;
    private final Prices prices;
    private final Newest newest;
    private final FinalBlocks finalBlocks;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Bell bell = new Bell();
    private final Object looking = new Object();
    private final Thread thread;

    private volatile Optional<ChainSnapshot> last = Optional.empty();
    private volatile boolean closed;
    private volatile boolean resting;
    private volatile boolean expected;
    private int failures;

    /// A mistake of ours that the last look met.
    private List<Alarm> failing = List.of();

    private long epoch;
    private long endpointChanges;

    /// Asked when the endpoint is new and after it was away: another one may stand there then.
    private OptionalLong chainId = OptionalLong.empty();

    /// Since the last snapshot that listeners got.
    private int unreportedReorg;

    private boolean unreportedNews;

    /// A look that failed may have seen it.
    private boolean unreportedBreak;

    private long lastPublishedNanos = System.nanoTime();

    private ChainWatcher(
            JsonRpc rpc, Settings settings, Optional<SecondOpinion> second, InstantSource clock) {
        this.rpc = rpc;
        this.settings = settings;
        this.second = second;
        this.prices = new Prices(rpc, second);
        this.clock = clock;
        this.sightings = new MempoolScanner(rpc, bell::tell);
        this.headers = new HeaderChain(sightings);
        this.newest = new Newest(rpc, headers);
        this.finalBlocks = new FinalBlocks(rpc, settings, second, headers);
        this.thread = Loop.CHAIN.thread("chain " + rpc.name(), this::run);
    }

    /// Starts to follow. The endpoint need not be up yet. The watcher does not own the endpoint.
    public static ChainWatcher start(JsonRpc rpc, Settings settings, InstantSource clock) {
        return start(rpc, settings, Optional.empty(), clock);
    }

    /// The same with a second endpoint that must agree before a block counts as final.
    public static ChainWatcher start(
            JsonRpc rpc, Settings settings, Optional<SecondOpinion> second, InstantSource clock) {
        ChainWatcher watcher = new ChainWatcher(rpc, settings, second, clock);
        boolean _ = rpc.subscribe(List.of("newHeads"), _ -> watcher.bell.head());
        watcher.thread.start();
        return watcher;
    }

    public JsonRpc rpc() {
        return rpc;
    }

    public void add(Listener listener) {
        listeners.add(listener);
        synchronized (looking) {
            unreportedNews = true;
        }
        bell.ask();
    }

    public void remove(Listener listener) {
        listeners.remove(listener);
    }

    /// The newest snapshot, if the endpoint ever answered.
    public Optional<ChainSnapshot> snapshot() {
        return last.map(seen -> seen.at(time(seen.tip())));
    }

    /// The same; the first look may still wait for its turn at an endpoint that counts requests.
    public Optional<ChainSnapshot> firstLook() {
        try {
            return snapshot().or(() -> Optional.of(refresh()));
        } catch (LedgerException e) {
            return Optional.empty();
        }
    }

    /// The newest snapshot, after a look if the last one is not recent.
    ChainSnapshot recent() {
        return current()
                .orElseGet(() -> {
                    // Of those that wait here one looks for all.
                    synchronized (looking) {
                        return current().orElseGet(this::refresh);
                    }
                });
    }

    private Optional<ChainSnapshot> current() {
        Duration old = settings.poll().multipliedBy(2);
        Duration relied = settings.poll().multipliedBy(RELIED_POLLS);
        return snapshot().filter(seen -> seen.answering() && bell.isCurrent(old, relied));
    }

    Duration poll() {
        return settings.poll();
    }

    /// Somebody waits for something of the chain from now on: looks are no longer rare.
    public void wake() {
        if (resting) {
            bell.ask();
        }
    }

    /// Somebody follows something new: the next look comes within a poll and is told, news or not.
    void expect() {
        expected = true;
        bell.soon();
        wake();
    }

    /// Looks at the chain now, on the caller's thread.
    public ChainSnapshot refresh() {
        ChainSnapshot snapshot = look();
        if (hasNews()) {
            bell.tell();
        }
        return snapshot;
    }

    /// @param looks whether the sink wants to see anything now
    void addSink(Predicate<SeenTransaction> sink, BooleanSupplier looks) {
        sightings.add(sink, looks);
        bell.ask();
    }

    Optional<SecondOpinion> second() {
        return second;
    }

    /// Whether the chain that ends in the present tip holds this block.
    boolean isCanonical(long number, Bytes32 hash) {
        Optional<Header> known = known(number);
        if (known.isPresent()) {
            return known.get().hash().equals(hash);
        }
        RpcResult block = Blocks.named(rpc, "eth_getBlockByNumber", Blocks.quantity(number), false);
        return !block.isNull() && block.field("hash").hash().equals(hash);
    }

    /// Whether another block is known to stand in the place of this one.
    boolean isReplaced(long number, Bytes32 hash) {
        return known(number).filter(known -> !known.hash().equals(hash)).isPresent();
    }

    /// The block of this number on the present chain, if it is a recent one.
    Optional<Header> known(long number) {
        synchronized (looking) {
            return headers.at(number);
        }
    }

    /// The block of this number on the present chain.
    Header canonical(long number) {
        synchronized (looking) {
            return headers.standing(number);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        bell.ask();
        // No listener is told anything once the watcher is closed. A call to the endpoint that does
        // not heed the interrupt ends by its own time limit.
        if (!Thread.currentThread().equals(thread)) {
            Loop.join(thread);
        }
    }

    private void run() {
        boolean due = true;
        while (!closed) {
            try {
                ChainSnapshot snapshot = due ? look() : recent();
                failures = 0;
                if (!due || hasNews() || heartbeatIsDue()) {
                    publish(snapshot);
                }
                changeIfBehind();
            } catch (LedgerException e) {
                failures++;
                silent(e);
            } catch (RuntimeException e) {
                report(e);
            }
            try {
                due = await();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /// Until the next look is due; false if there is only something to tell.
    private boolean await() throws InterruptedException {
        Duration poll = settings.poll();
        if (failures > 0) {
            return bell.await(poll, pause(), pause());
        }
        if (listeners.stream().anyMatch(Listener::waits)) {
            boolean often = isFast() || poll.compareTo(BURST) < 0;
            return bell.await(often ? poll : BURST, poll, poll.multipliedBy(RELIED_POLLS));
        }
        Duration idle = poll.multipliedBy(IDLE_POLLS);
        Duration most = poll.compareTo(IDLE_PAUSE) > 0 ? poll : IDLE_PAUSE;
        Duration rest = idle.compareTo(most) < 0 ? idle : most;
        resting = true;
        try {
            return bell.await(rest, rest, rest);
        } finally {
            resting = false;
        }
    }

    /// It doubles with each failure.
    private Duration pause() {
        Duration poll = settings.poll();
        Duration longer =
                poll.multipliedBy(Math.min(1L << Math.min(failures, 4), LONGEST_PAUSE_POLLS));
        return failures == 0 || longer.compareTo(LONGEST_PAUSE) < 0
                ? longer
                : LONGEST_PAUSE.compareTo(poll) > 0 ? LONGEST_PAUSE : poll;
    }

    private void changeIfBehind() {
        if (finalBlocks.isBehind() && rpc instanceof Endpoints endpoints) {
            endpoints.change();
        }
    }

    private ChainSnapshot look() {
        synchronized (looking) {
            try {
                ChainSnapshot snapshot = lookNow();
                bell.looked();
                return snapshot;
            } catch (LedgerException e) {
                boolean answered =
                        e.isRefusal() || e.kind() instanceof LedgerException.Kind.Limited;
                chainId = answered ? chainId : OptionalLong.empty();
                throw e;
            }
        }
    }

    private ChainSnapshot lookNow() {
        Optional<ChainSnapshot> before = last;
        boolean wasUp = before.filter(ChainSnapshot::answering).isPresent();
        long id = chainId.isPresent() ? chainId.getAsLong() : chainId(before);
        chainId = OptionalLong.of(id);
        HeaderChain.Advance advance = headers.advance(newest.look());
        unreportedReorg += advance.reorgDepth();
        unreportedBreak |= advance.broken() || !wasUp || isAnotherEndpoint();
        if (unreportedBreak) {
            epoch++;
        }
        Header tip = headers.tip().orElseThrow();
        unreportedNews |= sightings.look(advance.added());
        List<Alarm> alarms = new ArrayList<>();
        Header finalized = finalBlocks.look(tip, unreportedBreak, clock.instant(), alarms);
        unreportedBreak = false;
        checkClock(tip, alarms);
        alarms.addAll(finalBlocks.deepReorgs());
        ChainSnapshot snapshot =
                new ChainSnapshot(
                        id,
                        tip,
                        finalized,
                        time(tip),
                        true,
                        unreportedReorg,
                        epoch,
                        List.copyOf(alarms));
        unreportedNews |=
                !wasUp
                        || !before.get().tip().equals(tip)
                        || !before.get().finalized().equals(finalized)
                        || !before.get().alarms().equals(snapshot.alarms());
        last = Optional.of(snapshot);
        return snapshot;
    }

    private boolean isAnotherEndpoint() {
        long before = endpointChanges;
        endpointChanges = rpc instanceof Endpoints endpoints ? endpoints.changes() : 0;
        return endpointChanges != before;
    }

    private boolean isFast() {
        synchronized (looking) {
            return headers.isFast();
        }
    }

    FeePolicy.Market market(Header tip) {
        return prices.at(tip);
    }

    /// About what gas costs, some polls ago at most. Whatever is signed asks for {@link #market}.
    FeePolicy.Market priceLevel(Header tip) {
        return prices.recent(tip, settings.poll().multipliedBy(SLOW_POLLS));
    }

    private boolean hasNews() {
        synchronized (looking) {
            return unreportedNews || expected;
        }
    }

    private long chainId(Optional<ChainSnapshot> before) {
        long id = rpc.call("eth_chainId").quantity();
        if (before.isPresent() && before.get().chainId() != id) {
            throw LedgerException.mismatch(
                    rpc.name() + " now serves chain " + id + ", not " + before.get().chainId());
        }
        return id;
    }

    private void checkClock(Header tip, List<Alarm> alarms) {
        long gap = clock.instant().getEpochSecond() - tip.timestamp();
        if (Math.abs(gap) > MAX_CLOCK_GAP.toSeconds()) {
            // By the minute, so that it does not change all the time.
            alarms.add(new ChainAlarm.ClockOff(gap / 60 * 60));
        }
    }

    private ChainTime time(Header tip) {
        return new ChainTime(clock.instant().getEpochSecond(), tip.timestamp());
    }

    /// The endpoint failed: an alarm if it did so twice in a row, and a heartbeat with what was
    /// last known.
    private void silent(LedgerException trouble) {
        if (closed) {
            return;
        }
        List<Alarm> alarms = new ArrayList<>();
        if (failures > 1) {
            alarms.add(FinalBlocks.lost(rpc.name(), trouble));
        }
        synchronized (looking) {
            alarms.addAll(finalBlocks.deepReorgs());
            last = last.map(seen -> seen.silent(time(seen.tip()), alarms));
        }
        if (failures <= 2 || heartbeatIsDue()) {
            last.ifPresentOrElse(
                    this::publish, () -> listeners.forEach(listener -> listener.onAlarms(alarms)));
            lastPublishedNanos = System.nanoTime();
        }
    }

    private boolean heartbeatIsDue() {
        return System.nanoTime() - lastPublishedNanos >= settings.heartbeat().toNanos();
    }

    private void publish(ChainSnapshot snapshot) {
        synchronized (looking) {
            unreportedReorg = 0;
            unreportedNews = false;
        }
        expected = false;
        lastPublishedNanos = System.nanoTime();
        List<Alarm> before = failing;
        failing = List.of();
        for (Listener listener : listeners) {
            try {
                listener.onAlarms(
                        Stream.concat(snapshot.alarms().stream(), before.stream()).toList());
                listener.onSnapshot(snapshot);
                if (!before.isEmpty()) {
                    listener.onAlarms(snapshot.alarms());
                }
            } catch (LedgerException e) {
                listener.onTrouble(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                report(e);
            }
        }
    }

    /// A mistake, here or in a listener, must be seen, and must not stop the watch.
    private void report(RuntimeException mistake) {
        if (closed) {
            return;
        }
        failures++;
        failing = List.of(new NodeAlarm.PartFails(Loop.CHAIN.text(), mistake.toString()));
        for (Listener listener : listeners) {
            try {
                listener.onAlarms(failing);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "the chain is not seen", mistake);
            }
        }
    }
}
