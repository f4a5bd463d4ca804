package io.evenhand.node.transport;

import io.evenhand.kit.value.PartyId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Requests that wait for something to be queued for their peer.
final class LongPolls {
    /// Most waiting requests of one peer; one more ends the oldest without a result. A peer that
    /// lost its connection and asks again is never locked out by the requests it left behind.
    static final int MAX_WAITING = 4;

    private final ConcurrentHashMap<PartyId, Bell> bells = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// Reads until there is something, the time is over, or the server closes.
    <T> List<T> await(PartyId peer, Duration wait, Supplier<List<T>> read)
            throws InterruptedException {
        Waiter me = new Waiter();
        Bell bell =
                bells.compute(
                        peer,
                        (_, old) -> {
                            Bell b = old == null ? new Bell() : old;
                            b.enter(me);
                            return b;
                        });
        try {
            long left = wait.toNanos();
            while (true) {
                long heard = bell.rings();
                List<T> found = read.get();
                if (!found.isEmpty() || left <= 0 || closed) {
                    return found;
                }
                left = bell.await(me, heard, left);
            }
        } finally {
            bells.computeIfPresent(peer, (_, b) -> b.leave(me) ? null : b);
        }
    }

    /// Something was queued for this peer.
    void wake(PartyId peer) {
        Bell bell = bells.get(peer);
        if (bell != null) {
            bell.ring();
        }
    }

    /// Ends all waiting requests.
    void close() {
        closed = true;
        bells.values().forEach(Bell::ring);
    }

    /// One waiting request.
    private static final class Waiter {
        private boolean dismissed;
    }

    /// What the waiting requests of one peer listen to. Rings are counted, so that one between
    /// reading and waiting is not missed.
    private static final class Bell {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition rung = lock.newCondition();
        private final Deque<Waiter> waiters = new ArrayDeque<>();
        private long rings;

        void enter(Waiter waiter) {
            lock.lock();
            try {
                waiters.addLast(waiter);
                if (waiters.size() > MAX_WAITING) {
                    waiters.removeFirst().dismissed = true;
                    rung.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        /// Whether nobody is left.
        boolean leave(Waiter waiter) {
            lock.lock();
            try {
                waiters.remove(waiter);
                return waiters.isEmpty();
            } finally {
                lock.unlock();
            }
        }

        long rings() {
            lock.lock();
            try {
                return rings;
            } finally {
                lock.unlock();
            }
        }

        void ring() {
            lock.lock();
            try {
                rings++;
                rung.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /// Waits for a ring after `heard`; returns the nanoseconds left.
        long await(Waiter waiter, long heard, long nanos) throws InterruptedException {
            lock.lock();
            try {
                long left = nanos;
                while (rings == heard && !waiter.dismissed && left > 0) {
                    left = rung.awaitNanos(left);
                }
                return waiter.dismissed ? 0 : left;
            } finally {
                lock.unlock();
            }
        }
    }
}
