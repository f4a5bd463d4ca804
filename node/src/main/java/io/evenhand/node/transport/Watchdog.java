package io.evenhand.node.transport;

import io.evenhand.kit.process.Loop;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ends network calls that block for too long, of which neither sockets' writes nor the JDK's
/// client have a limit of their own.
///
/// One thread looks at all watches a few times in each limit.
public final class Watchdog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());

    /// How many looks fit in one limit: a stall is found at most a quarter late.
    private static final int LOOKS = 4;

    /// And never later than this.
    private static final long LONGEST_PERIOD_MILLIS = 1_000;

    /// A transfer must move so much within each limit: a peer that trickles is no better than one
    /// that is dead. 16 KiB in 30 s is a tenth of what the slowest modem gives.
    private static final int LEAST_BYTES = 16 * 1024;

    private final Duration limit;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    public Watchdog(Duration limit) {
        this.limit = limit;
        Loop.WATCHDOG.thread("transport-watchdog", this::look).start();
    }

    /// A watch that is not armed yet; `end` must make the blocked call return.
    public Watch watch(Runnable end) {
        Watch watch = new Watch(end);
        watches.add(watch);
        return watch;
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void look() {
        long period = Math.clamp(limit.toMillis() / LOOKS, 1, LONGEST_PERIOD_MILLIS);
        try {
            while (!closed.await(period, TimeUnit.MILLISECONDS)) {
                watches.forEach(Watch::look);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The watch over one request. Only what happens between {@link #arm} or {@link #goOn} and
    /// {@link #disarm} is limited, so that work on disk or in a handler is never cut in the middle.
    public final class Watch implements AutoCloseable {
        private final Runnable end;
        private boolean armed;
        private boolean ended;

        /// While armed.
        private long deadline;

        /// While not armed.
        private long leftNanos = limit.toNanos();

        private int moved;

        private Watch(Runnable end) {
            this.end = end;
        }

        /// Starts the limit, or starts it again.
        void arm() {
            arm(limit);
        }

        public synchronized void arm(Duration time) {
            armed = true;
            deadline = System.nanoTime() + time.toNanos();
        }

        /// Goes on with what was left of the limit.
        synchronized void goOn() {
            if (!armed) {
                armed = true;
                deadline = System.nanoTime() + leftNanos;
            }
        }

        public synchronized void disarm() {
            if (armed) {
                armed = false;
                leftNanos = deadline - System.nanoTime();
            }
        }

        /// The transfer moved bytes; with enough of them the limit starts again.
        synchronized void moved(int bytes) {
            moved += Math.max(0, bytes);
            if (moved >= LEAST_BYTES) {
                moved = 0;
                leftNanos = limit.toNanos();
                deadline = System.nanoTime() + leftNanos;
            }
        }

        /// Whether the call was ended from here.
        synchronized boolean ended() {
            return ended;
        }

        private synchronized void look() {
            if (armed && !ended && System.nanoTime() - deadline >= 0) {
                ended = true;
                try {
                    end.run();
                } catch (RuntimeException e) {
                    // One call that cannot be ended must not leave all others without a limit.
                    LOG.log(System.Logger.Level.ERROR, "a stalled call does not end", e);
                }
            }
        }

        @Override
        public void close() {
            disarm();
            watches.remove(this);
        }
    }
}
