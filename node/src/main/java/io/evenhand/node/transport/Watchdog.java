package io.evenhand.node.transport;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ends network calls that block for too long, of which neither sockets' writes nor the JDK's
/// client have a limit of their own.
///
/// One thread looks at all watches a few times in each limit.
final class Watchdog implements AutoCloseable {
    /// How many looks fit in one limit: a stall is found at most a quarter late.
    private static final int LOOKS = 4;

    private final Duration limit;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    Watchdog(Duration limit) {
        this.limit = limit;
        Thread.ofPlatform().daemon().name("transport-watchdog").start(this::look);
    }

    /// A watch that is not armed yet; `end` must make the blocked call return.
    Watch watch(Runnable end) {
        Watch watch = new Watch(end);
        watches.add(watch);
        return watch;
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void look() {
        long period = Math.max(1, limit.toMillis() / LOOKS);
        try {
            while (!closed.await(period, TimeUnit.MILLISECONDS)) {
                watches.forEach(Watch::look);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The watch over one request. Only what happens between {@link #arm} and {@link #disarm} is
    /// limited, so that work on disk or in a handler is never cut in the middle.
    final class Watch implements AutoCloseable {
        private final Runnable end;
        private boolean armed;
        private boolean ended;
        private long deadline;

        private Watch(Runnable end) {
            this.end = end;
        }

        /// Starts the limit, or starts it again.
        void arm() {
            arm(limit);
        }

        synchronized void arm(Duration time) {
            armed = true;
            deadline = System.nanoTime() + time.toNanos();
        }

        synchronized void disarm() {
            armed = false;
        }

        /// Whether the call was ended from here.
        synchronized boolean ended() {
            return ended;
        }

        private synchronized void look() {
            if (armed && !ended && System.nanoTime() - deadline >= 0) {
                ended = true;
                end.run();
            }
        }

        @Override
        public void close() {
            disarm();
            watches.remove(this);
        }
    }
}
