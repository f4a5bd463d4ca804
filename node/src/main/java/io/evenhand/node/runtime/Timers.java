package io.evenhand.node.runtime;

import io.evenhand.node.store.Role;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.TimerTable;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Wakes sessions at the times in the journal: one thread, which reads the journal again whenever a
/// timer is set, so a restart needs nothing special.
final class Timers implements AutoCloseable {
    /// A clock that is set while we wait is noticed after at most this long.
    private static final long MAX_WAIT_SECONDS = 30;

    private final Store store;
    private final Role role;
    private final InstantSource clock;
    private final Consumer<TimerTable.Stored> wake;
    private final Consumer<String> trouble;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean dirty = true;
    private boolean closed;

    Timers(
            Store store,
            Role role,
            InstantSource clock,
            Consumer<TimerTable.Stored> wake,
            Consumer<String> trouble) {
        this.store = store;
        this.role = role;
        this.clock = clock;
        this.wake = wake;
        this.trouble = trouble;
        this.thread = Thread.ofVirtual().name("timers " + role.text()).unstarted(this::run);
    }

    void start() {
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
        try {
            while (awaitNext()) {
                ringDue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ringDue() throws InterruptedException {
        for (TimerTable.Stored timer : mine()) {
            if (timer.at() <= now()) {
                ring(timer);
            }
        }
    }

    /// A timer that cannot be handled now stays and rings again.
    private void ring(TimerTable.Stored timer) throws InterruptedException {
        try {
            wake.accept(timer);
            store.timers().rang(timer);
        } catch (RuntimeException e) {
            trouble.accept(timer.key() + ", timer " + timer.kind() + ": " + e.getMessage());
            TimeUnit.SECONDS.sleep(1);
        }
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
        return mine().stream()
                .findFirst()
                .map(first -> Math.min(first.at() - now(), MAX_WAIT_SECONDS))
                .orElse(MAX_WAIT_SECONDS);
    }

    private List<TimerTable.Stored> mine() {
        return store.timers().all().stream().filter(t -> t.key().role() == role).toList();
    }

    private long now() {
        return clock.instant().getEpochSecond();
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
