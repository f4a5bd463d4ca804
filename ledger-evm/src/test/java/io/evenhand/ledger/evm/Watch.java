package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A listener that tests wait on: no test sleeps.
final class Watch implements ChainWatcher.Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BlockingQueue<ChainSnapshot> snapshots = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> alarms = new LinkedBlockingQueue<>();
    final List<ChainSnapshot> all = new CopyOnWriteArrayList<>();

    @Override
    public void onSnapshot(ChainSnapshot snapshot) {
        all.add(snapshot);
        snapshots.add(snapshot);
    }

    @Override
    public void onAlarm(String line) {
        alarms.add(line);
    }

    ChainSnapshot await(String what, Predicate<ChainSnapshot> wanted) {
        return await(snapshots, what, wanted);
    }

    String awaitAlarm(String part) {
        return await(alarms, "an alarm with \"" + part + "\"", line -> line.contains(part));
    }

    private static <T> T await(BlockingQueue<T> queue, String what, Predicate<T> wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (long left = PATIENCE.toNanos(); left > 0; left = end - System.nanoTime()) {
                T next = queue.poll(left, TimeUnit.NANOSECONDS);
                if (next != null && wanted.test(next)) {
                    return next;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return fail("waited in vain for " + what);
    }
}
