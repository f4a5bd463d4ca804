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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

    /// An endpoint is behind the other one if its newest block is this many polls older.
    private static final int STALE_POLLS = 30;

    private static final long LEAST_STALE_SECONDS = 5;

    /// More of them say nothing new.
    private static final int MAX_DEEP_REORGS = 16;

    /// Whoever wants to know. Called on the watcher's thread, one at a time; a `LedgerException` it
    /// throws becomes a line for people, and the next snapshot comes anyway.
    public interface Listener {
        void onSnapshot(ChainSnapshot snapshot);

        /// All that is wrong now, before each snapshot and while no block was ever seen.
        default void onAlarms(List<Alarm> present) {}

        /// One line for people.
        default void onTrouble(String line) {}
    }

    private final JsonRpc rpc;
    private final Settings settings;
    private final InstantSource clock;
    private final Optional<SecondOpinion> second;
    private final HeaderChain headers;
    private final MempoolScanner sightings;
    private final Prices prices;
    private final Newest newest;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Semaphore wake = new Semaphore(0);
    private final Object looking = new Object();
    private final Thread thread;

    private volatile Optional<ChainSnapshot> last = Optional.empty();
    private volatile boolean closed;
    private int failures;

    /// A mistake of ours that the last look met.
    private List<Alarm> failing = List.of();

    private final List<Alarm> deepReorgs = new ArrayList<>();
    private boolean behind;
    private long lastAgreedNanos = System.nanoTime();

    /// Asked when the endpoint is new and after it was away: another one may stand there then.
    private OptionalLong chainId = OptionalLong.empty();

    /// Since the last snapshot that listeners got.
    private int unreportedReorg;

    private boolean unreportedNews;
    private long lastPublishedNanos = System.nanoTime();

    private ChainWatcher(
            JsonRpc rpc, Settings settings, Optional<SecondOpinion> second, InstantSource clock) {
        this.rpc = rpc;
        this.settings = settings;
        this.second = second;
        this.prices = new Prices(rpc, second);
        this.clock = clock;
        this.sightings = new MempoolScanner(rpc, wake::release);
        this.headers = new HeaderChain(sightings::header);
        this.newest = new Newest(rpc, headers);
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
        boolean _ = rpc.subscribe(List.of("newHeads"), _ -> watcher.wake.release());
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
        wake.release();
    }

    public void remove(Listener listener) {
        listeners.remove(listener);
    }

    /// The newest snapshot, if the endpoint ever answered.
    public Optional<ChainSnapshot> snapshot() {
        return last.map(this::now);
    }

    /// The same; the first look may still wait for its turn at an endpoint that counts requests.
    public Optional<ChainSnapshot> firstLook() {
        try {
            return snapshot().or(() -> Optional.of(refresh()));
        } catch (LedgerException e) {
            return Optional.empty();
        }
    }

    /// Looks at the chain now, on the caller's thread.
    public ChainSnapshot refresh() {
        ChainSnapshot snapshot = look();
        wake.release();
        return snapshot;
    }

    void addSink(Predicate<SeenTransaction> sink) {
        sightings.add(sink);
        wake.release();
    }

    Optional<SecondOpinion> second() {
        return second;
    }

    /// Whether the chain that ends in the present tip holds this block.
    boolean isCanonical(long number, Bytes32 hash) {
        synchronized (looking) {
            Optional<Header> known = headers.at(number);
            if (known.isPresent()) {
                return known.get().hash().equals(hash);
            }
        }
        RpcResult block = Blocks.named(rpc, "eth_getBlockByNumber", Blocks.quantity(number), false);
        return !block.isNull() && block.field("hash").hash().equals(hash);
    }

    /// The block of this number on the present chain.
    Header canonical(long number) {
        synchronized (looking) {
            return header(number);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        wake.release();
        // No listener is told anything once the watcher is closed. A call to the endpoint that does
        // not heed the interrupt ends by its own time limit.
        if (!Thread.currentThread().equals(thread)) {
            Loop.join(thread);
        }
    }

    private void run() {
        while (!closed) {
            try {
                ChainSnapshot snapshot = look();
                failures = 0;
                if (hasNews() || heartbeatIsDue()) {
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
                if (wake.tryAcquire(pause().toMillis(), TimeUnit.MILLISECONDS)) {
                    int _ = wake.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
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
        if (behind && rpc instanceof Endpoints endpoints) {
            endpoints.change();
        }
    }

    private ChainSnapshot look() {
        synchronized (looking) {
            try {
                return lookNow();
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
        Header tip = headers.tip().orElseThrow();
        unreportedNews |= sightings.look(advance.added());
        List<Alarm> alarms = new ArrayList<>();
        Header finalized = finalized(tip, before, alarms);
        checkClock(tip, alarms);
        alarms.addAll(deepReorgs);
        ChainSnapshot snapshot =
                new ChainSnapshot(
                        id, tip, finalized, time(tip), true, unreportedReorg, List.copyOf(alarms));
        unreportedNews |=
                !wasUp
                        || !before.get().tip().equals(tip)
                        || !before.get().finalized().equals(finalized)
                        || !before.get().alarms().equals(snapshot.alarms());
        last = Optional.of(snapshot);
        return snapshot;
    }

    FeePolicy.Market market(Header tip) {
        return prices.at(tip);
    }

    private boolean hasNews() {
        synchronized (looking) {
            return unreportedNews;
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

    /// The newest final block. It moves back only if it was really taken back, never because an
    /// endpoint lags or the second one does not agree yet.
    private Header finalized(Header tip, Optional<ChainSnapshot> before, List<Alarm> alarms) {
        Optional<Header> known = before.map(ChainSnapshot::finalized);
        Optional<SecondOpinion.Heads> opinion = second.flatMap(other -> ask(other, tip, alarms));
        Header candidate =
                switch (settings.finality()) {
                    case FinalityPolicy.Tag _ -> Blocks.byNumber(rpc, "finalized");
                    case FinalityPolicy.Depth(int blocks) ->
                            headers.ancestor(Math.max(0, tip.number() - blocks));
                };
        if (candidate.number() > tip.number()) {
            candidate = tip;
        }
        if (known.isPresent()) {
            Header previous = known.get();
            boolean undone =
                    previous.number() <= tip.number()
                            && !isCanonical(previous.number(), previous.hash());
            if (undone) {
                Alarm alarm = new ChainAlarm.DeepReorg(rpc.name(), previous.toString());
                if (deepReorgs.size() < MAX_DEEP_REORGS && !deepReorgs.contains(alarm)) {
                    deepReorgs.add(alarm);
                }
                known = Optional.empty();
            } else if (candidate.number() <= previous.number()) {
                lastAgreedNanos = System.nanoTime();
                return previous;
            }
        }
        return second.isEmpty()
                ? candidate
                : agreed(second.get(), candidate, known, opinion, alarms);
    }

    /// The newest block that both endpoints call final; while they cannot agree, the one they last
    /// agreed on.
    private Header agreed(
            SecondOpinion other,
            Header candidate,
            Optional<Header> known,
            Optional<SecondOpinion.Heads> opinion,
            List<Alarm> alarms) {
        Optional<Header> wanted =
                opinion.map(heads -> Math.min(heads.finalized(), candidate.number()))
                        .filter(number -> known.isEmpty() || number > known.get().number())
                        .map(number -> number == candidate.number() ? candidate : header(number));
        try {
            if (wanted.isPresent() && other.has(wanted.get())) {
                lastAgreedNanos = System.nanoTime();
                return wanted.get();
            }
            long waited = System.nanoTime() - lastAgreedNanos;
            if (opinion.isPresent()
                    && wanted.isEmpty()
                    && waited > STALE_POLLS * settings.poll().toNanos()) {
                alarms.add(
                        new ChainAlarm.EndpointsDisagree(
                                rpc.name(),
                                other.name(),
                                "block " + candidate + " is final at the first alone"));
            }
            wanted.ifPresent(block ->
                    alarms.add(
                            new ChainAlarm.EndpointsDisagree(
                                    rpc.name(),
                                    other.name(),
                                    "there is another block " + block.number())));
        } catch (LedgerException e) {
            alarms.add(lost(other.name(), e));
        }
        return known.orElseGet(() -> Blocks.byNumber(rpc, "0x0"));
    }

    private Header header(long number) {
        return headers.at(number).orElseGet(() -> Blocks.byNumber(rpc, Blocks.quantity(number)));
    }

    /// What the second endpoint says, if it answers; and whether one of the two is behind.
    private Optional<SecondOpinion.Heads> ask(SecondOpinion other, Header tip, List<Alarm> alarms) {
        behind = false;
        try {
            SecondOpinion.Heads heads = other.heads(settings.finality(), settings.poll().toNanos());
            long lead = tip.timestamp() - heads.tip().timestamp();
            long stale = Math.max(LEAST_STALE_SECONDS, STALE_POLLS * settings.poll().toSeconds());
            if (Math.abs(lead) > stale) {
                String late = lead > 0 ? other.name() : rpc.name();
                alarms.add(
                        new ChainAlarm.EndpointsDisagree(
                                rpc.name(),
                                other.name(),
                                late + " is " + Math.abs(lead) + " s behind"));
                // A head from the future is no reason to trust whoever shows it.
                long latest = clock.instant().plus(MAX_CLOCK_GAP).getEpochSecond();
                behind = lead < 0 && heads.tip().timestamp() <= latest;
            }
            return Optional.of(heads);
        } catch (LedgerException e) {
            alarms.add(lost(other.name(), e));
            return Optional.empty();
        }
    }

    private static Alarm lost(String endpoint, LedgerException trouble) {
        return new ChainAlarm.EndpointLost(endpoint, String.valueOf(trouble.getMessage()));
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

    private ChainSnapshot now(ChainSnapshot s) {
        return new ChainSnapshot(
                s.chainId(),
                s.tip(),
                s.finalized(),
                time(s.tip()),
                s.answering(),
                s.reorgDepth(),
                s.alarms());
    }

    /// The endpoint failed: an alarm if it did so twice in a row, and a heartbeat with what was
    /// last known.
    private void silent(LedgerException trouble) {
        if (closed) {
            return;
        }
        List<Alarm> alarms = new ArrayList<>();
        if (failures > 1) {
            alarms.add(lost(rpc.name(), trouble));
        }
        synchronized (looking) {
            alarms.addAll(deepReorgs);
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
