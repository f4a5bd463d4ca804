package io.evenhand.node.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps flushes few on a busy node: who wants one rests a moment after the one before, and those
/// who come meanwhile share the next one. It rests before it takes its turn and holds nothing of
/// the journal, so nobody else waits for it.
///
/// Nobody rests while flushes are rare, after a pause, once enough are together to share a flush,
/// or if the thread itself made the last one: then it has no company.
final class FlushPace {
    /// The longest rest, counted from the flush before.
    static final Duration REST = Duration.ofMillis(15);

    /// Of so many who rest at one time, none rests any longer.
    static final int ENOUGH = 8;

    /// A node is busy if it flushed so often within {@link #BUSY_TIME}.
    static final int BUSY_FLUSHES = 10;

    static final Duration BUSY_TIME = Duration.ofMillis(500);

    private final long restNanos;
    private final LongSupplier nanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition goes = lock.newCondition();

    // What follows is guarded by `lock`.

    /// When the last flushes ended, the oldest of them at `count % BUSY_FLUSHES`.
    private final long[] ends = new long[BUSY_FLUSHES];

    private long count;
    private @Nullable Thread lastFlusher;
    private int resting;

    /// Changes when those who rest have become enough.
    private long wave;

    FlushPace() {
        this(REST, System::nanoTime);
    }

    /// @param nanos a clock like `System.nanoTime`
    FlushPace(Duration rest, LongSupplier nanos) {
        this.restNanos = rest.toNanos();
        this.nanos = nanos;
    }

    /// This thread has flushed.
    void flushed() {
        lock.lock();
        try {
            ends[(int) (count % BUSY_FLUSHES)] = nanos.getAsLong();
            count++;
            lastFlusher = Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    /// Returns when this thread may ask for a flush. An interrupt ends the rest and stays set.
    void rest() {
        lock.lock();
        try {
            if (isBusy() && !Thread.currentThread().equals(lastFlusher)) {
                join();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isBusy() {
        long oldest = ends[(int) (count % BUSY_FLUSHES)];
        return count >= BUSY_FLUSHES && nanos.getAsLong() - oldest <= BUSY_TIME.toNanos();
    }

    /// Rests with those who do.
    private void join() {
        resting++;
        if (resting >= ENOUGH) {
            resting = 0;
            wave++;
            goes.signalAll();
            return;
        }
        long mine = wave;
        long end = ends[(int) ((count - 1) % BUSY_FLUSHES)] + restNanos;
        try {
            long left = end - nanos.getAsLong();
            while (wave == mine && left > 0) {
                boolean _ = goes.await(left, TimeUnit.NANOSECONDS);
                left = end - nanos.getAsLong();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            resting -= wave == mine ? 1 : 0;
        }
    }

    /// How many rest now.
    int resting() {
        lock.lock();
        try {
            return resting;
        } finally {
            lock.unlock();
        }
    }
}
