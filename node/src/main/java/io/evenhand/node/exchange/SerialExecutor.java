package io.evenhand.node.exchange;

import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// Runs tasks on virtual threads: those of one lane one after the other, in order, different lanes
/// side by side.
final class SerialExecutor implements AutoCloseable {
    private final ExecutorService threads = Loop.EFFECTS.tasks();
    private final Map<Object, Queue<Runnable>> lanes = new HashMap<>();
    private boolean closed;

    synchronized void run(Object lane, Runnable task) {
        if (closed) {
            return;
        }
        Queue<Runnable> waiting = lanes.get(lane);
        if (waiting != null) {
            waiting.add(task);
            return;
        }
        Queue<Runnable> queue = new ArrayDeque<>();
        queue.add(task);
        lanes.put(lane, queue);
        threads.execute(() -> drain(lane, queue));
    }

    private void drain(Object lane, Queue<Runnable> queue) {
        for (Runnable task = next(lane, queue); task != null; task = next(lane, queue)) {
            try {
                task.run();
            } catch (RuntimeException e) {
                // Tasks catch what they know: this is a mistake, and its effect would be lost.
                Fatal.end(e);
            }
        }
    }

    private synchronized @Nullable Runnable next(Object lane, Queue<Runnable> queue) {
        Runnable task = closed ? null : queue.poll();
        if (task == null) {
            lanes.remove(lane);
        }
        return task;
    }

    /// Interrupts what runs and waits for it; what waits is in the journal.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        threads.shutdownNow();
        threads.close();
    }
}
