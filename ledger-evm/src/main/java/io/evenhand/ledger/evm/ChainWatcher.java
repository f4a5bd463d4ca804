package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.value.Bytes32;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Follows the chain at one endpoint, with one thread, and gives its listeners snapshots.
///
/// A push of new heads only wakes it: what it reports it always asks for itself. So HTTP and
/// WebSocket differ in latency alone, and an outage needs no special case: the next look walks back
/// from the newest block by parent hashes until it meets a known one.
public final class ChainWatcher implements AutoCloseable {
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

    /// Whoever wants to know. Called on the watcher's thread, one at a time; a `LedgerException` it
    /// throws becomes an alarm, and the next snapshot comes anyway.
    public interface Listener {
        void onSnapshot(ChainSnapshot snapshot);

        /// One line about an endpoint in trouble, for people.
        default void onAlarm(String line) {}
    }

    private final JsonRpc rpc;
    private final Settings settings;
    private final InstantSource clock;
    private final Optional<SecondOpinion> second;
    private final HeaderChain headers;
    private final Sightings sightings;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Semaphore wake = new Semaphore(0);
    private final Object looking = new Object();
    private final Thread thread;

    private volatile Optional<ChainSnapshot> last = Optional.empty();
    private volatile boolean closed;
    private String lastTrouble = "";

    /// Since the last snapshot that listeners got.
    private int unreportedReorg;

    private boolean unreportedNews;
    private long lastPublishedNanos = System.nanoTime();

    private ChainWatcher(
            JsonRpc rpc, Settings settings, Optional<SecondOpinion> second, InstantSource clock) {
        this.rpc = rpc;
        this.settings = settings;
        this.second = second;
        this.clock = clock;
        this.headers = new HeaderChain(hash -> Blocks.byHash(rpc, hash));
        this.sightings = new Sightings(rpc, wake::release);
        this.thread = Thread.ofPlatform().daemon().name("chain " + rpc.name()).unstarted(this::run);
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
        Answer block = rpc.call("eth_getBlockByNumber", Blocks.quantity(number), false);
        return !block.isNull() && block.field("hash").hash().equals(hash);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        wake.release();
        if (!Thread.currentThread().equals(thread)) {
            join();
        }
    }

    /// No listener is told anything once the watcher is closed. A call to the endpoint that does
    /// not heed the interrupt ends by its own time limit.
    private void join() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                ChainSnapshot snapshot = look();
                lastTrouble = "";
                if (hasNews() || heartbeatIsDue()) {
                    publish(snapshot);
                }
            } catch (LedgerException e) {
                silent(e);
            } catch (RuntimeException e) {
                report(e);
            }
            try {
                if (wake.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS)) {
                    int _ = wake.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private ChainSnapshot look() {
        synchronized (looking) {
            Optional<ChainSnapshot> before = last;
            boolean wasUp = before.filter(ChainSnapshot::answering).isPresent();
            long chainId = wasUp ? before.get().chainId() : chainId(before);
            HeaderChain.Advance advance = headers.advance(Blocks.byNumber(rpc, "latest"));
            unreportedReorg += advance.reorgDepth();
            Header tip = headers.tip().orElseThrow();
            unreportedNews |= sightings.look(advance.added());
            List<String> warnings = new ArrayList<>();
            Header finalized = finalized(tip, before, warnings);
            checkClock(tip, warnings);
            ChainSnapshot snapshot =
                    new ChainSnapshot(
                            chainId,
                            tip,
                            finalized,
                            time(tip),
                            true,
                            unreportedReorg,
                            List.copyOf(warnings));
            unreportedNews |=
                    !wasUp
                            || !before.get().tip().equals(tip)
                            || !before.get().finalized().equals(finalized);
            last = Optional.of(snapshot);
            return snapshot;
        }
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
    private Header finalized(Header tip, Optional<ChainSnapshot> before, List<String> warnings) {
        Optional<Header> known = before.map(ChainSnapshot::finalized);
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
            if (candidate.equals(previous)) {
                return previous;
            }
            boolean undone =
                    previous.number() <= tip.number()
                            && !isCanonical(previous.number(), previous.hash());
            if (undone) {
                warnings.add(
                        "block "
                                + previous
                                + " was final and was taken back: the finality policy"
                                + " is too weak for this chain, or "
                                + rpc.name()
                                + " is lying");
            } else if (candidate.number() <= previous.number()) {
                return previous;
            }
        }
        Header agreedTo = candidate;
        if (second.filter(other -> !other.agrees(agreedTo, settings.finality())).isPresent()) {
            warnings.add(
                    second.get().name()
                            + " does not agree yet that block "
                            + candidate
                            + " is final");
            return known.filter(previous -> isCanonical(previous.number(), previous.hash()))
                    .orElseGet(() -> Blocks.byNumber(rpc, "0x0"));
        }
        return candidate;
    }

    private void checkClock(Header tip, List<String> warnings) {
        long gap = clock.instant().getEpochSecond() - tip.timestamp();
        if (Math.abs(gap) > MAX_CLOCK_GAP.toSeconds()) {
            warnings.add(
                    "the newest block of "
                            + rpc.name()
                            + " is "
                            + Math.abs(gap) / 60
                            + " minutes "
                            + (gap > 0 ? "old" : "ahead")
                            + ": the node is behind or this machine's clock is wrong");
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
                s.warnings());
    }

    /// The endpoint failed: one alarm for each new kind of trouble, and a heartbeat with what was
    /// last known.
    private void silent(LedgerException trouble) {
        if (closed) {
            return;
        }
        String line = String.valueOf(trouble.getMessage());
        synchronized (looking) {
            last =
                    last.map(s ->
                            new ChainSnapshot(
                                    s.chainId(),
                                    s.tip(),
                                    s.finalized(),
                                    time(s.tip()),
                                    false,
                                    s.reorgDepth(),
                                    List.of(line)));
        }
        boolean first = lastTrouble.isEmpty();
        if (first || heartbeatIsDue()) {
            if (!line.equals(lastTrouble)) {
                alarm(line);
            }
            last.ifPresent(this::publish);
            lastPublishedNanos = System.nanoTime();
        }
        lastTrouble = line;
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
        for (Listener listener : listeners) {
            try {
                listener.onSnapshot(snapshot);
            } catch (LedgerException e) {
                alarm(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                report(e);
            }
        }
    }

    private void alarm(String line) {
        listeners.forEach(listener -> listener.onAlarm(line));
    }

    /// A bug in a listener must be seen, and must not stop the watch.
    private void report(RuntimeException bug) {
        thread.getUncaughtExceptionHandler().uncaughtException(thread, bug);
    }
}
