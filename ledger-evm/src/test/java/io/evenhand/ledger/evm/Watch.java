package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.fail;

import io.evenhand.kit.alarm.Alarm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A listener that tests wait on: no test sleeps.
final class Watch implements ChainWatcher.Listener {
    private static final Duration PATIENCE = Rig.PATIENCE;

    private final BlockingQueue<ChainSnapshot> snapshots = new LinkedBlockingQueue<>();
    private final BlockingQueue<List<Alarm>> alarms = new LinkedBlockingQueue<>();
    final List<ChainSnapshot> all = new CopyOnWriteArrayList<>();

    @Override
    public void onSnapshot(ChainSnapshot snapshot) {
        all.add(snapshot);
        snapshots.add(snapshot);
    }

    @Override
    public void onAlarms(List<Alarm> present) {
        alarms.add(present);
    }

    ChainSnapshot await(String what, Predicate<ChainSnapshot> wanted) {
        return await(snapshots, what, wanted);
    }

    <A extends Alarm> A awaitAlarm(Class<A> kind) {
        return await(
                        alarms,
                        "an alarm " + kind.getSimpleName(),
                        present -> present.stream().anyMatch(kind::isInstance))
                .stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    void awaitNoAlarm() {
        List<Alarm> _ = await(alarms, "no alarm", List::isEmpty);
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
