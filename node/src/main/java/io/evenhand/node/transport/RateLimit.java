package io.evenhand.node.transport;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A bandwidth shared by all transfers of a server: who wants to move bytes waits until they fit.
final class RateLimit {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final OptionalLong bytesPerSecond;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition never = lock.newCondition();

    /// When everything that was let through so far has had its time.
    private long busyUntil = System.nanoTime();

    RateLimit(OptionalLong bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    void take(int bytes) throws InterruptedException {
        if (bytesPerSecond.isEmpty()) {
            return;
        }
        lock.lockInterruptibly();
        try {
            long now = System.nanoTime();
            long from = busyUntil - now > 0 ? busyUntil : now;
            busyUntil = from + bytes * SECOND / bytesPerSecond.getAsLong();
            for (long left = from - now; left > 0; ) {
                left = never.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
