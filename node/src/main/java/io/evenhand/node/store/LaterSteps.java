package io.evenhand.node.store;

import io.evenhand.kit.process.Loop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Steps whose callers do not wait for the disk. One thread runs them in the order in which they
/// were handed in, and those that come while one group is flushed are flushed together after it.
final class LaterSteps {
    /// Steps that wait at a time: more say that the disk does not keep up.
    static final int MOST = 16_384;

    /// Of the step that wakes the thread up for its end.
    private static final WhenStored NOBODY =
            new WhenStored() {
                @Override
                public void stored() {}

                @Override
                public void failed(RuntimeException why) {}
            };

    private final Path file;
    private final GroupCommit commits;
    private final BlockingQueue<Step> queue = new LinkedBlockingQueue<>();

    // What follows is guarded by `this`.

    private @Nullable Thread writer;
    private boolean closed;

    LaterSteps(Path file, GroupCommit commits) {
        this.file = file;
        this.commits = commits;
    }

    /// A step, and who hears how it ended.
    record Step(Journal.Work<?> work, WhenStored then) {}

    /// Hands a step in; it runs on another thread.
    ///
    /// @throws StoreException if it is not taken; then nobody hears of it again
    synchronized void add(Step step) {
        if (closed) {
            throw new StoreException(file + ": is closed");
        }
        if (queue.size() >= MOST) {
            throw new StoreException(
                    file
                            + ": "
                            + MOST
                            + " steps wait for the disk already; serve fewer at a time, or use a"
                            + " faster disk");
        }
        queue.add(step);
        if (writer == null) {
            writer = Loop.JOURNAL.thread("journal", this::write);
            writer.start();
        }
    }

    private void write() {
        try {
            List<Step> steps = new ArrayList<>();
            while (!isOver()) {
                steps.add(queue.take());
                int _ = queue.drainTo(steps, GroupCommit.MOST - 1);
                commits.runTogether(steps);
                steps.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isOver() {
        return closed && queue.isEmpty();
    }

    /// Takes no more, and waits until all that were handed in have ended, unless it is one of them
    /// that asks.
    void close() {
        Thread last;
        synchronized (this) {
            boolean first = !closed;
            closed = true;
            last = writer;
            if (first && last != null) {
                // So that it wakes up.
                queue.add(new Step(_ -> true, NOBODY));
            }
        }
        if (last != null && !last.equals(Thread.currentThread())) {
            Loop.join(last);
        }
    }
}
