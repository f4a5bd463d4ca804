package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.number;
import static io.evenhand.node.store.StoreFixture.octets;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.node.delegation.DelegationRoles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Steps whose callers do not wait: who shares a flush, who hears what, and when.
@Timeout(600)
class LaterStepsTest {
    @TempDir Path directory;
    private Store store;
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();

    /// What a caller heard, in the order in which it was told.
    private record Heard(int caller, Optional<RuntimeException> failure) {}

    @BeforeEach
    void open() {
        store = StoreFixture.open(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private WhenStored ears(int caller) {
        return new WhenStored() {
            @Override
            public void stored() {
                heard.add(new Heard(caller, Optional.empty()));
            }

            @Override
            public void failed(RuntimeException why) {
                heard.add(new Heard(caller, Optional.of(why)));
            }
        };
    }

    private static SessionKey key(int caller) {
        return new SessionKey(DelegationRoles.PROVIDER, number(caller));
    }

    private void write(int caller) {
        EffectTable.Stored _ = store.effects().add(key(caller), octets("effect"));
    }

    private boolean isStored(int caller) {
        return !store.effects().waiting(key(caller)).isEmpty();
    }

    private void later(int caller) {
        store.transactLater(() -> write(caller), ears(caller));
    }

    private void hears(int caller) throws InterruptedException {
        assertEquals(new Heard(caller, Optional.empty()), heard.take());
    }

    /// Keeps the thread that stores busy until it is let go.
    private CountDownLatch hold(int caller) throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        store.transactLater(
                () -> {
                    entered.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    write(caller);
                },
                ears(caller));
        entered.await();
        return go;
    }

    @Test
    @DisplayName("nobody is told before it is flushed, and the caller goes on meanwhile")
    void toldOnceFlushed() throws Exception {
        long before = store.counts().flushes();
        CountDownLatch go = hold(0);
        assertFalse(isStored(0));
        assertTrue(heard.isEmpty());
        go.countDown();
        hears(0);
        assertTrue(isStored(0));
        assertEquals(before + 1, store.counts().flushes());
    }

    @Test
    @DisplayName("those that came while one was stored share one flush, in the order they came in")
    void share() throws Exception {
        long before = store.counts().flushes();
        CountDownLatch go = hold(0);
        int most = GroupCommit.MOST;
        for (int i = 1; i <= most; i++) {
            later(i);
        }
        go.countDown();
        for (int i = 0; i <= most; i++) {
            hears(i);
            assertTrue(isStored(i));
        }
        assertEquals(before + 2, store.counts().flushes(), "one for the first, one for all others");
        List<EffectTable.Stored> stored = store.effects().waiting();
        for (int i = 0; i <= most; i++) {
            assertEquals(key(i), stored.get(i).key());
        }
    }

    @Test
    @DisplayName("a step that fails is taken back alone, and hears why")
    void failsAlone() throws Exception {
        IllegalStateException mine = new IllegalStateException("mine");
        CountDownLatch go = hold(0);
        later(1);
        store.transactLater(
                () -> {
                    write(2);
                    throw mine;
                },
                ears(2));
        later(3);
        go.countDown();
        hears(0);
        hears(1);
        Heard second = heard.take();
        assertEquals(2, second.caller());
        assertSame(mine, second.failure().orElseThrow());
        hears(3);
        assertTrue(isStored(1) && isStored(3));
        assertFalse(isStored(2));
    }

    @Test
    @DisplayName("if the first step of a group fails, the others are stored all the same")
    void firstFails() throws Exception {
        store.transactLater(
                () -> {
                    throw new IllegalStateException("at once");
                },
                ears(1));
        assertEquals(1, heard.take().caller());
        later(2);
        hears(2);
        assertTrue(isStored(2));
    }

    @Test
    @DisplayName("if the disk is full, each hears that nothing of its step is stored")
    void fullDisk() throws Exception {
        store.close();
        try (DataDirectory held = DataDirectory.hold(directory);
                Journal journal = Journal.open(held)) {
            boolean _ =
                    journal.transact(sql -> {
                        sql.run("PRAGMA max_page_count = 70");
                        return true;
                    });
            EffectTable effects = new EffectTable(journal);
            CountDownLatch entered = new CountDownLatch(1);
            journal.transactLater(
                    _ -> {
                        entered.countDown();
                        return true;
                    },
                    ears(0));
            entered.await();
            for (int i = 1; i <= 8; i++) {
                int caller = i;
                journal.transactLater(
                        _ -> effects.add(key(caller), octets("x".repeat(40_000))), ears(caller));
            }
            hears(0);
            int stored = 0;
            for (int i = 1; i <= 8; i++) {
                Heard next = heard.take();
                boolean whole = !effects.waiting(key(next.caller())).isEmpty();
                stored += whole ? 1 : 0;
                assertEquals(whole, next.failure().isEmpty(), "caller " + next.caller());
                if (!whole) {
                    RuntimeException why = next.failure().orElseThrow();
                    assertInstanceOf(StoreException.class, why);
                    assertTrue(String.valueOf(why.getMessage()).contains("no space left"));
                }
            }
            assertTrue(stored < 8, "the disk was not full");
        } finally {
            open();
        }
    }

    @Test
    @DisplayName("with those that wait they share a flush, too, and are told no sooner")
    void withOthers() throws Exception {
        CountDownLatch go = hold(0);
        AtomicBoolean done = new AtomicBoolean();
        Thread waits =
                Thread.ofPlatform()
                        .start(() -> {
                            store.transact(() -> write(1));
                            done.set(true);
                        });
        while (waits.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        later(2);
        assertFalse(done.get());
        go.countDown();
        hears(0);
        hears(2);
        waits.join();
        assertTrue(isStored(1) && isStored(2));
    }

    @Test
    @DisplayName("whoever hears may hand in the next step, and closing waits for all of them")
    void chain() throws Exception {
        int steps = 50;
        class Next implements WhenStored {
            private final int step;

            Next(int step) {
                this.step = step;
            }

            @Override
            public void stored() {
                heard.add(new Heard(step, Optional.empty()));
                if (step < steps) {
                    store.transactLater(() -> write(step + 1), new Next(step + 1));
                }
            }

            @Override
            public void failed(RuntimeException why) {
                heard.add(new Heard(step, Optional.of(why)));
            }
        }
        store.transactLater(() -> write(0), new Next(0));
        for (int i = 0; i <= steps; i++) {
            hears(i);
        }
        for (int i = 100; i < 200; i++) {
            later(i);
        }
        store.close();
        assertEquals(100, heard.size(), "all that was taken has ended");
        assertThrows(StoreException.class, () -> later(300));
        open();
        for (int i = 100; i < 200; i++) {
            assertTrue(isStored(i));
        }
    }

    @Test
    @DisplayName("more steps than may wait are not taken")
    void tooMany() throws Exception {
        CountDownLatch go = hold(0);
        List<Integer> taken = new ArrayList<>();
        assertThrows(
                StoreException.class,
                () -> {
                    for (int i = 1; i <= 2 * LaterSteps.MOST; i++) {
                        store.transactLater(() -> {}, ears(i));
                        taken.add(i);
                    }
                });
        assertEquals(LaterSteps.MOST, taken.size());
        go.countDown();
        hears(0);
        for (int i : taken) {
            hears(i);
        }
        later(-1);
        hears(-1);
    }
}
