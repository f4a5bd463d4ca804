package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waiting for something another thread brings about, without sleeping.
public final class Await {
    private static final Duration DEADLINE =
            Duration.ofMinutes(Integer.getInteger("test.limit.minutes", 15));

    private static final int LIMITS = 6;

    private static final long PAUSE_NANOS = 1_000_000;

    private Await() {}

    /// Something to try with a limit; false if the limit was too short for this machine.
    public interface Attempt {
        boolean within(Duration limit) throws Exception;
    }

    /// Tries with limits that grow from this one, as a test that waits for a limit to pass must be
    /// short where it can be.
    public static void withLimit(Duration shortest, Attempt attempt) throws Exception {
        Duration limit = shortest;
        for (int i = 0; i < LIMITS; i++) {
            if (attempt.within(limit)) {
                return;
            }
            limit = limit.multipliedBy(2);
        }
        fail("not within any limit up to " + limit);
    }

    public static void until(String what, Callable<Boolean> happened) throws Exception {
        long start = System.nanoTime();
        while (!happened.call()) {
            if (System.nanoTime() - start > DEADLINE.toNanos()) {
                fail("not within " + DEADLINE + ": " + what);
            }
            // What others bring about needs the processor more than we do.
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
