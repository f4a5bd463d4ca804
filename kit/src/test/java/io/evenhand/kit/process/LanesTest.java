package io.evenhand.kit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final int MANY = 500;

    /// What a chunk needs.
    private static final class Slot {
        private int prepared;
    }

    @Test
    @DisplayName("chunks are finished in order, whichever is prepared first, in so many slots")
    void inOrder() throws Exception {
        AtomicInteger made = new AtomicInteger();
        List<Integer> finished = new ArrayList<>();
        Thread me = Thread.currentThread();
        try (Lanes<Slot> lanes =
                new Lanes<>(
                        () -> {
                            made.incrementAndGet();
                            return new Slot();
                        },
                        3)) {
            for (int i = 0; i < MANY; i++) {
                int index = i;
                Slot slot = lanes.slot();
                lanes.submit(
                        slot,
                        () -> slot.prepared = index,
                        () -> {
                            assertEquals(me, Thread.currentThread());
                            finished.add(slot.prepared);
                        });
            }
            lanes.finish();
        }
        assertEquals(IntStream.range(0, MANY).boxed().toList(), finished);
        assertEquals(3, made.get());
    }

    @Test
    @DisplayName("what fails is thrown in its turn, and nothing after it is finished")
    void fails() throws Exception {
        List<Integer> finished = new ArrayList<>();
        try (Lanes<Slot> lanes = new Lanes<>(Slot::new, 2)) {
            Slot good = lanes.slot();
            Slot bad = lanes.slot();
            lanes.submit(good, () -> {}, () -> finished.add(1));
            lanes.submit(
                    bad,
                    () -> {
                        throw new IOException("no room");
                    },
                    () -> finished.add(2));
            var e = assertThrows(IOException.class, lanes::finish);
            assertEquals("no room", e.getMessage());
        }
        assertEquals(List.of(1), finished);
    }

    @Test
    @DisplayName("who closes waits for what is being prepared, also when it is interrupted")
    void waitsAtTheEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        boolean[] over = new boolean[1];
        Lanes<Slot> lanes = new Lanes<>(Slot::new, 2);
        lanes.submit(
                lanes.slot(),
                () -> {
                    begun.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    over[0] = true;
                },
                () -> {});
        begun.await();
        Thread.currentThread().interrupt();
        assertThrows(IOException.class, lanes::finish);
        assertTrue(Thread.currentThread().isInterrupted());
        Thread.ofVirtual().start(goOn::countDown);
        lanes.close();
        assertTrue(over[0]);
        assertTrue(Thread.interrupted());
    }
}
