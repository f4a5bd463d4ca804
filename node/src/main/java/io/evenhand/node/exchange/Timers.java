package io.evenhand.node.exchange;

import io.evenhand.kit.process.Loop;
import io.evenhand.node.Alarms;
import io.evenhand.node.Backoff;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.TimerTable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Wakes sessions at the times in the journal: one thread, which reads the journal again whenever a
/// timer is set, so a restart needs nothing special.
public final class Timers implements AutoCloseable {
    /// A clock that is set while we wait, and a chain that is ahead of it, are noticed after this.
    private static final long MAX_WAIT_SECONDS = 5;

    private final Store store;
    private final Role role;
    private final LongSupplier now;
    private final Consumer<TimerTable.Stored> wake;
    private final Alarms alarms;
    private final String part;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean dirty = true;
    private boolean closed;

    public Timers(
            Store store,
            Role role,
            LongSupplier now,
            Consumer<TimerTable.Stored> wake,
            Alarms alarms) {
        this.store = store;
        this.role = role;
        this.now = now;
        this.wake = wake;
        this.alarms = alarms;
        // Of its own: one role's timers that work say nothing of another's.
        this.part = Loop.TIMERS.text() + " of " + role.id();
        this.thread = Loop.TIMERS.virtual(part, this::run);
    }

    public void start() {
        thread.start();
    }

    /// A timer was set.
    void changed() {
        lock.lock();
        try {
            dirty = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        Backoff backoff = new Backoff();
        try {
            while (true) {
                try {
                    if (!awaitNext()) {
                        return;
                    }
                    ringDue();
                    backoff.reset();
                    alarms.works(part);
                } catch (RuntimeException e) {
                    if (pause(backoff.next())) {
                        return;
                    }
                    alarms.fails(part, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// All that are due; one that fails keeps none of the others waiting.
    private void ringDue() {
        Optional<RuntimeException> failure = Optional.empty();
        for (TimerTable.Stored timer : store.timers().due(role, now())) {
            try {
                ring(timer);
            } catch (RuntimeException e) {
                failure = Optional.of(e);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /// True when closed meanwhile.
    private boolean pause(Duration time) throws InterruptedException {
        lock.lock();
        try {
            dirty = true;
            long left = time.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// A timer that cannot be handled now stays and rings again.
    private void ring(TimerTable.Stored timer) {
        wake.accept(timer);
        store.timers().rang(timer);
    }

    /// Waits until a timer is due or the set has changed; false when closed.
    private boolean awaitNext() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && !dirty) {
                long wait = waitSeconds();
                if (wait <= 0) {
                    return true;
                }
                boolean signalled = changed.await(wait, TimeUnit.SECONDS);
                if (!signalled) {
                    dirty = true;
                }
            }
            dirty = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private long waitSeconds() {
        return store.timers()
                .next(role)
                .map(first -> Math.min(first.at() - now(), MAX_WAIT_SECONDS))
                .orElse(MAX_WAIT_SECONDS);
    }

    private long now() {
        return now.getAsLong();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
