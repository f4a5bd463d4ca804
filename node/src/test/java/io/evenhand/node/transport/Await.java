package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;

/// Waiting for something another thread brings about, without sleeping.
final class Await {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Await() {}

    static void until(String what, Callable<Boolean> happened) throws Exception {
        long start = System.nanoTime();
        while (!happened.call()) {
            if (System.nanoTime() - start > DEADLINE.toNanos()) {
                fail("not within " + DEADLINE + ": " + what);
            }
            Thread.onSpinWait();
        }
    }
}
