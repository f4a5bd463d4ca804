package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.ALICE;
import static io.evenhand.node.store.StoreFixture.number;
import static io.evenhand.node.store.StoreFixture.octets;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.node.delegation.DelegationRoles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Steps of several threads in one transaction: who waits for whom, who fails with whom.
@Timeout(60)
class GroupCommitTest {
    @TempDir Path directory;
    private DataDirectory held;
    private Journal journal;

    /// What each caller got, by its number: nothing if its step was stored.
    private final ConcurrentHashMap<Integer, Optional<Throwable>> ends = new ConcurrentHashMap<>();

    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @BeforeEach
    void open() {
        held = DataDirectory.hold(directory);
        journal = Journal.open(held);
    }

    @AfterEach
    void close() throws InterruptedException {
        release.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        journal.close();
        held.close();
    }

    private interface Code {
        void run();
    }

    private Thread start(int caller, Code code) {
        Thread thread =
                Thread.ofPlatform()
                        .start(() -> {
                            Throwable failure = null;
                            try {
                                code.run();
                            } catch (RuntimeException | Error e) {
                                failure = e;
                            }
                            ends.put(caller, Optional.ofNullable(failure));
                        });
        threads.add(thread);
        return thread;
    }

    /// The first step of a group, which lasts until it is released.
    private void hold(Code code) throws InterruptedException {
        start(
                0,
                () ->
                        journal.transact(() -> {
                            entered.countDown();
                            await(release);
                            code.run();
                        }));
        entered.await();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The next in the queue behind the step that holds it up.
    private Thread queue(int caller, Code step) {
        return queued(start(caller, () -> journal.transact(step::run)));
    }

    private static Thread queued(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertTrue(thread.isAlive(), "it did not wait");
            Thread.onSpinWait();
        }
        return thread;
    }

    private void releaseAll() throws InterruptedException {
        release.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private EffectTable effects() {
        return new EffectTable(journal);
    }

    private static SessionKey key(int caller) {
        return new SessionKey(DelegationRoles.PROVIDER, number(caller));
    }

    private void write(int caller) {
        journal.transact(() -> writeSoon(caller));
    }

    private void writeSoon(int caller) {
        EffectTable.Stored _ = effects().add(key(caller), octets("effect"));
    }

    private boolean isStored(int caller) {
        return !effects().waiting(key(caller)).isEmpty();
    }

    private @Nullable Throwable end(int caller) {
        return ends.getOrDefault(caller, Optional.empty()).orElse(null);
    }

    private void assertStored(int... callers) {
        for (int caller : callers) {
            assertEquals(Optional.empty(), ends.get(caller), "caller " + caller);
            assertTrue(isStored(caller), "caller " + caller);
        }
    }

    private StoreException assertRefused(int caller) {
        assertFalse(isStored(caller), "caller " + caller);
        return assertInstanceOf(StoreException.class, end(caller), "caller " + caller);
    }

    @Test
    void whoIsAloneIsFlushedAtOnce() {
        long before = journal.counts().flushes();
        for (int i = 0; i < 5; i++) {
            write(i);
            assertEquals(before + i + 1, journal.counts().flushes());
        }
    }

    @Test
    void thoseWhoWaitShareOneFlush() throws InterruptedException {
        long before = journal.counts().flushes();
        hold(() -> write(0));
        for (int i = 1; i <= 20; i++) {
            int caller = i;
            queue(caller, () -> write(caller));
        }
        releaseAll();
        assertEquals(before + 1, journal.counts().flushes());
        for (int i = 0; i <= 20; i++) {
            assertStored(i);
        }
    }

    @Test
    void stepsRunInTheOrderInWhichTheyWereAskedForAndAGroupHasAnEnd() throws InterruptedException {
        int most = 2 * GroupCommit.MOST;
        List<Integer> order = new ArrayList<>();
        long before = journal.counts().flushes();
        hold(() -> order.add(0));
        for (int i = 1; i <= most; i++) {
            int caller = i;
            queue(
                    caller,
                    () -> {
                        order.add(caller);
                        write(caller);
                    });
        }
        releaseAll();
        for (int i = 0; i <= most; i++) {
            assertEquals(i, order.get(i));
        }
        List<EffectTable.Stored> stored = effects().waiting();
        for (int i = 1; i <= most; i++) {
            assertEquals(key(i), stored.get(i - 1).key());
        }
        assertEquals(
                before + 3, journal.counts().flushes(), "two whole groups, and the one left over");
    }

    @Test
    void aStepThatFailsIsTakenBackAloneAndOnlyItsCallerHearsOfIt() throws InterruptedException {
        IllegalStateException mine = new IllegalStateException("mine");
        AssertionError error = new AssertionError("an error");
        hold(() -> {
            write(0);
            throw mine;
        });
        queue(1, () -> write(1));
        queue(
                2,
                () -> {
                    write(2);
                    throw error;
                });
        queue(3, () -> write(3));
        queue(
                4,
                () -> {
                    write(4);
                    journal.transact(sql -> sql.update("INSERT INTO nowhere VALUES (1)"));
                });
        queue(5, () -> write(5));
        queue(
                6,
                () -> {
                    write(6);
                    throw mine;
                });
        releaseAll();
        assertStored(1, 3, 5);
        assertSame(mine, end(0));
        assertSame(error, end(2));
        assertSame(mine, end(6));
        assertTrue(String.valueOf(assertRefused(4).getMessage()).contains("nowhere"));
        assertFalse(isStored(0) || isStored(2) || isStored(6));
    }

    @Test
    void aCommitThatFailsFailsItsWholeGroup() throws InterruptedException, IOException {
        hold(() -> write(0));
        queue(1, () -> write(1));
        queue(
                2,
                () -> {
                    write(2);
                    // Now there is nothing left to commit, which COMMIT alone finds out.
                    run("ROLLBACK");
                    run("SAVEPOINT step");
                });
        releaseAll();
        for (int i = 0; i <= 2; i++) {
            assertTrue(String.valueOf(assertRefused(i).getMessage()).contains("transaction"));
        }
        write(3);
        assertTrue(isStored(3), "the next one is not concerned");
        Path log = directory.resolve("journal.db-wal");
        assertEquals(0, Files.size(log), "it is not trusted any more");
        write(4);
        assertTrue(Files.size(log) > 0);
    }

    @Test
    void ifTheDatabaseTakesEverythingBackNobodyIsToldThatItIsStored() throws InterruptedException {
        hold(() -> write(0));
        queue(1, () -> write(1));
        queue(
                2,
                () -> {
                    write(2);
                    run("ROLLBACK");
                });
        queue(3, () -> write(3));
        releaseAll();
        assertRefused(0);
        assertRefused(1);
        assertRefused(2);
        assertStored(3);
    }

    @Test
    void onAFullDiskNothingIsHalfDone() throws InterruptedException {
        run("PRAGMA max_page_count = 60");
        hold(() -> write(0));
        for (int i = 1; i <= 8; i++) {
            int caller = i;
            queue(
                    caller,
                    () -> {
                        write(caller);
                        EffectTable.Stored _ =
                                effects().add(key(caller), octets("x".repeat(40_000)));
                    });
        }
        releaseAll();
        int stored = 0;
        for (int i = 1; i <= 8; i++) {
            boolean whole = effects().waiting(key(i)).size() == 2;
            stored += whole ? 1 : 0;
            assertEquals(whole, end(i) == null, "caller " + i);
            if (!whole) {
                String why = String.valueOf(assertRefused(i).getMessage());
                assertTrue(why.contains("no space left"), why);
            }
        }
        assertTrue(stored < 8, "the disk was not full");
    }

    private void run(String sql) {
        journal.transact(s -> {
            s.run(sql);
            return true;
        });
    }

    @Test
    void aStepThatGoesOnAfterAFailureIsNotStored() {
        StoreException e =
                assertThrows(
                        StoreException.class,
                        () ->
                                journal.transact(() -> {
                                    write(1);
                                    assertThrows(StoreException.class, () -> run("NONSENSE"));
                                    assertThrows(StoreException.class, () -> write(2));
                                }));
        assertTrue(String.valueOf(e.getMessage()).contains("NONSENSE"), e.getMessage());
        assertFalse(isStored(1) || isStored(2));
        write(3);
        assertTrue(isStored(3));
    }

    @Test
    void whatIsNotStoredYetIsSeenByLaterStepsAndByNobodyElse() throws InterruptedException {
        List<Boolean> seen = new ArrayList<>();
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        hold(() -> {
            write(0);
            seen.add(isStored(0));
        });
        queue(
                1,
                () -> {
                    seen.add(isStored(0));
                    second.countDown();
                    await(end);
                });
        release.countDown();
        second.await();
        assertFalse(isStored(0), "a reader does not wait, and does not see it");
        assertEquals(Optional.empty(), Optional.ofNullable(ends.get(0)), "it is not told yet");
        end.countDown();
        releaseAll();
        assertStored(0);
        assertEquals(List.of(true, true), seen);
    }

    @Test
    void callsInsideOfAStepArePartOfIt() {
        long before = journal.counts().commits();
        journal.transact(() -> {
            write(1);
            journal.transact(() -> write(2));
            effects().done(1);
        });
        assertEquals(before + 1, journal.counts().commits());
        assertTrue(isStored(2));
    }

    @Test
    void whatNeedsNoFlushGetsNoneAlone() {
        write(1);
        long before = journal.counts().flushes();
        effects().done(1);
        new EventTable(journal, StoreFixture.CLOCK).add(key(1), "a line");
        new PeerOutboxTable(journal, StoreFixture.CLOCK).advance(ALICE, 7);
        assertEquals(before, journal.counts().flushes());
        assertFalse(isStored(1));
        write(2);
        assertEquals(before + 1, journal.counts().flushes());
    }

    @Test
    void whatIsStoredSoonIsFlushedOnceWhenSomebodyWaitsForIt() {
        long before = journal.counts().flushes();
        writeSoon(1);
        writeSoon(2);
        assertTrue(isStored(1));
        assertTrue(isStored(2));
        assertEquals(before, journal.counts().flushes());
        long log = directory.resolve("journal.db-wal").toFile().length();
        journal.flush();
        assertTrue(directory.resolve("journal.db-wal").toFile().length() > log, "not of nothing");
        assertEquals(before + 1, journal.counts().flushes());
        journal.flush();
        assertEquals(before + 1, journal.counts().flushes(), "there is nothing left to flush");
        writeSoon(3);
        write(4);
        journal.flush();
        assertEquals(before + 2, journal.counts().flushes(), "a flush takes all before it along");
    }

    @Test
    void theDatabaseIsToldWhatIsToBeFlushed() {
        Journal.Work<Integer> mode =
                sql -> sql.one("PRAGMA synchronous", row -> row.getInt(1)).orElseThrow();
        int full = 2;
        int normal = 1;
        assertEquals(full, journal.transact(mode));
        assertEquals(normal, journal.transactUnflushed(mode));
        assertEquals(normal, journal.transactSoon(mode));
        assertEquals(full, journal.transact(mode));
    }

    @Test
    void whatNeedsNoFlushIsStoredWithItsGroupAndWaitsForNobody() throws InterruptedException {
        CountDownLatch last = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        long before = journal.counts().flushes();
        hold(() -> write(0));
        Thread quick = queued(start(1, () -> effects().done(1)));
        queue(
                2,
                () -> {
                    last.countDown();
                    await(end);
                    write(2);
                });
        release.countDown();
        last.await();
        quick.join();
        assertFalse(ends.containsKey(0), "whose group it is in waits");
        end.countDown();
        releaseAll();
        assertEquals(before + 1, journal.counts().flushes());
        assertFalse(isStored(0), "it was done");
        assertStored(2);
    }

    @Test
    void anInterruptIsHeededAfterwards() throws InterruptedException {
        AtomicBoolean interrupted = new AtomicBoolean();
        hold(() -> write(0));
        Thread waiting =
                queued(
                        start(
                                1,
                                () -> {
                                    journal.transact(() -> write(1));
                                    interrupted.set(Thread.currentThread().isInterrupted());
                                }));
        waiting.interrupt();
        queue(2, () -> write(2));
        releaseAll();
        assertStored(0, 1, 2);
        assertTrue(interrupted.get());
    }

    @Test
    void whoClosesTheJournalStoresTheGroupFirst() throws InterruptedException {
        hold(() -> write(0));
        queued(start(1, journal::close));
        releaseAll();
        assertEquals(Optional.empty(), ends.get(0));
        journal = Journal.open(held);
        assertTrue(isStored(0));
    }

    @Test
    void oneSessionThatAsksWithoutEndHoldsNobodyUp() throws InterruptedException {
        int flood = 24;
        int enough = 100 * flood;
        AtomicInteger flooded = new AtomicInteger();
        AtomicInteger other = new AtomicInteger();
        hold(() -> {});
        for (int i = 1; i <= flood; i++) {
            start(i, () -> repeat(flooded, flooded, enough));
        }
        Thread _ = queued(start(flood + 1, () -> repeat(other, flooded, enough)));
        releaseAll();
        int share = flooded.get() / flood;
        assertTrue(other.get() > share / 4, other + " steps beside " + share);
    }

    private void repeat(AtomicInteger mine, AtomicInteger all, int enough) {
        while (all.get() < enough) {
            journal.transact(() -> mine.incrementAndGet());
        }
    }
}
