package io.evenhand.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who rests, and what ends a rest. A rest of an hour does not end by itself while a test runs.
@Timeout(60)
class FlushPaceTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicLong now = new AtomicLong();
    private final FlushPace pace = new FlushPace(HOUR, now::get);
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
    }

    private Thread start(Runnable code) {
        Thread thread = Thread.ofPlatform().start(code);
        threads.add(thread);
        return thread;
    }

    /// Flushes of another thread, at one moment.
    private void flushes(int times) throws InterruptedException {
        start(
                        () -> {
                            for (int i = 0; i < times; i++) {
                                pace.flushed();
                            }
                        })
                .join();
    }

    private void awaitResting(int wanted) {
        while (pace.resting() != wanted) {
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("while flushes are rare nobody rests")
    void rare() throws InterruptedException {
        flushes(FlushPace.BUSY_FLUSHES - 1);
        pace.rest();
        flushes(1);
        now.addAndGet(FlushPace.BUSY_TIME.toNanos() + 1);
        pace.rest();
        flushes(FlushPace.BUSY_FLUSHES - 1);
        pace.rest();
        assertEquals(0, pace.resting());
    }

    @Test
    @DisplayName("who comes to a busy node rests until they are enough, who then go together")
    void enough() throws InterruptedException {
        flushes(FlushPace.BUSY_FLUSHES);
        now.addAndGet(FlushPace.BUSY_TIME.toNanos());
        for (int i = 1; i < FlushPace.ENOUGH; i++) {
            start(pace::rest);
            awaitResting(i);
        }
        pace.rest();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, pace.resting());
        start(pace::rest);
        awaitResting(1);
    }

    @Test
    @DisplayName("the thread that made the last flush does not rest, another one does")
    void last() throws InterruptedException {
        flushes(FlushPace.BUSY_FLUSHES);
        pace.flushed();
        pace.rest();
        start(pace::rest);
        awaitResting(1);
    }

    @Test
    @DisplayName("an interrupt ends the rest, and stays set; so does one from before")
    void interrupt() throws InterruptedException {
        flushes(FlushPace.BUSY_FLUSHES);
        AtomicBoolean stays = new AtomicBoolean();
        Thread resting =
                start(() -> {
                    pace.rest();
                    boolean first = Thread.currentThread().isInterrupted();
                    pace.rest();
                    stays.set(first && Thread.currentThread().isInterrupted());
                });
        awaitResting(1);
        resting.interrupt();
        resting.join();
        assertTrue(stays.get());
        assertEquals(0, pace.resting());
    }

    @Test
    @DisplayName("a rest ends by itself, so long after the last flush as it is to be")
    void time() throws InterruptedException {
        FlushPace real = new FlushPace(FlushPace.REST, System::nanoTime);
        // A machine that stood still in between was not busy: then once more.
        long rested;
        do {
            Thread other =
                    start(() -> {
                        for (int i = 0; i < FlushPace.BUSY_FLUSHES; i++) {
                            real.flushed();
                        }
                    });
            long began = System.nanoTime();
            other.join();
            real.rest();
            rested = System.nanoTime() - began;
        } while (rested > FlushPace.BUSY_TIME.toNanos());
        assertTrue(rested >= FlushPace.REST.toNanos(), rested + " ns");
    }

    @Test
    @DisplayName("who rests holds nothing: what needs no flush is stored meanwhile")
    void holdsNothing() throws SQLException, InterruptedException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            GroupCommit steps =
                    new GroupCommit(Path.of("memory"), new Sql(connection), _ -> false, pace);
            start(
                            () -> {
                                for (int i = 0; i < FlushPace.BUSY_FLUSHES; i++) {
                                    run(steps, GroupCommit.Flush.NOW);
                                }
                            })
                    .join();
            JournalCounts before = steps.counts();
            assertEquals(FlushPace.BUSY_FLUSHES, before.flushes(), "the thread that flushes alone");
            run(steps, GroupCommit.Flush.SOON);
            Thread storing = start(() -> run(steps, GroupCommit.Flush.NOW));
            awaitResting(1);
            Thread flushing =
                    start(() -> {
                        try {
                            steps.flush();
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            awaitResting(2);
            run(steps, GroupCommit.Flush.SOON);
            run(steps, GroupCommit.Flush.LATER);
            assertEquals(before.commits() + 3, steps.counts().commits());
            assertEquals(before.flushes(), steps.counts().flushes());
            storing.interrupt();
            storing.join();
            assertEquals(before.flushes() + 1, steps.counts().flushes());
            flushing.interrupt();
            flushing.join();
            assertEquals(before.flushes() + 1, steps.counts().flushes(), "it was flushed by then");
        }
    }

    private static void run(GroupCommit steps, GroupCommit.Flush flush) {
        try {
            boolean _ = steps.run(flush, _ -> true);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
