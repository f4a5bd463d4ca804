package io.evenhand.node.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private final BlockingQueue<String> served = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    /// A job that waits for its turn; it runs until somebody gives the place back for it.
    private void want(FairQueue<String> turns, String peer) throws InterruptedException {
        Thread thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                turns.take(peer);
                                served.add(peer);
                            } catch (InterruptedException e) {
                                served.add("interrupted");
                            }
                        });
        threads.add(thread);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(15);
        while (thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TERMINATED) {
            assertTrue(System.nanoTime() < end, "it neither waits nor runs");
            Thread.onSpinWait();
        }
    }

    private String next() throws InterruptedException {
        String peer = served.take();
        return peer == null ? "nobody" : peer;
    }

    @Test
    @DisplayName("a peer with many jobs makes nobody wait for more than one of them")
    void roundRobin() throws InterruptedException {
        FairQueue<String> turns = new FairQueue<>(1);
        for (int i = 0; i < 5; i++) {
            want(turns, "greedy");
        }
        assertEquals("greedy", next());
        want(turns, "modest");
        want(turns, "shy");
        String running = "greedy";
        for (String peer : List.of("modest", "shy", "greedy", "greedy", "greedy", "greedy")) {
            turns.giveBack(running);
            running = next();
            assertEquals(peer, running);
        }
    }

    @Test
    @DisplayName("with two places one peer takes both only while nobody else wants one")
    void twoPlaces() throws InterruptedException {
        FairQueue<String> turns = new FairQueue<>(2);
        for (int i = 0; i < 4; i++) {
            want(turns, "greedy");
        }
        assertEquals("greedy", next());
        assertEquals("greedy", next());
        want(turns, "modest");
        turns.giveBack("greedy");
        assertEquals("modest", next());
        want(turns, "modest");
        turns.giveBack("greedy");
        assertEquals("greedy", next());
        turns.giveBack("greedy");
        assertEquals("greedy", next(), "modest runs one already");
    }

    @Test
    @DisplayName("who stops waiting holds up nobody")
    void interrupted() throws InterruptedException {
        FairQueue<String> turns = new FairQueue<>(1);
        want(turns, "first");
        assertEquals("first", next());
        want(turns, "gone");
        want(turns, "last");
        threads.get(1).interrupt();
        assertEquals("interrupted", next());
        turns.giveBack("first");
        assertEquals("last", next());
    }
}
