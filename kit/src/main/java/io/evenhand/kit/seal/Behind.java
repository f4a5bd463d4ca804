package io.evenhand.kit.seal;

import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// One thread that writes what the calling thread has just encrypted or decrypted, in order and at
/// most {@link #SLOTS} chunks behind. Writing costs as much as the cryptography, so this nearly
/// doubles the speed.
///
/// A step owns the buffers it was given until {@link #free()} has returned `SLOTS - 1` steps later.
final class Behind implements AutoCloseable {
    /// Sets of buffers that the caller rotates through.
    static final int SLOTS = 2;

    interface Step {
        void run() throws IOException;
    }

    private final ExecutorService thread = Loop.SEAL_WRITER.inOrder();
    private final ArrayDeque<Future<?>> pending = new ArrayDeque<>();

    /// Waits until at least one set of buffers is free; throws what an earlier step threw.
    void free() throws IOException {
        while (pending.size() >= SLOTS) {
            await(pending.remove());
        }
    }

    /// Runs a step after all earlier ones.
    void submit(Step step) {
        pending.add(
                thread.submit(() -> {
                    write(step);
                    return step;
                }));
    }

    private static void write(Step step) throws IOException {
        step.run();
    }

    /// Waits for all steps.
    void finish() throws IOException {
        while (!pending.isEmpty()) {
            await(pending.remove());
        }
    }

    /// Ends the thread; steps that did not run are dropped, one that runs is waited for, so that
    /// the files it writes can be closed afterwards.
    @Override
    public void close() {
        pending.forEach(step -> step.cancel(false));
        thread.close();
    }

    private static void await(Future<?> step) throws IOException {
        try {
            step.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw new IOException(io.getMessage(), io);
            }
            Fatal.endIfError(e);
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a seal was written");
        }
    }
}
