package io.evenhand.kit.process;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// Work on one chunk of a file after the other: prepared on all processors side by side, finished
/// in order on the calling thread.
///
/// A slot holds what one chunk needs, such as its buffers; there are only so many of them, so that
/// memory does not grow with the file.
///
/// @param <S> a slot
public final class Lanes<S> implements AutoCloseable {
    /// Processors that work on chunks: more of them wait for the disk.
    private static final int PROCESSORS =
            Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);

    /// One for each processor, and one that is being filled or finished.
    private static final int SLOTS = PROCESSORS + 1;

    private static final ExecutorService WORKERS = Loop.CHUNKS.sideBySide(PROCESSORS);

    private final Supplier<S> slots;
    private final int most;
    private int made;
    private final Queue<S> free = new ArrayDeque<>();
    private final Queue<Pending<S>> pending = new ArrayDeque<>();

    /// Something that is done with a slot.
    @FunctionalInterface
    public interface Step {
        void run() throws IOException;
    }

    private record Pending<S>(S slot, Future<?> prepared, Step finish) {}

    /// @param slots makes one more slot
    public Lanes(Supplier<S> slots) {
        this(slots, SLOTS);
    }

    /// @param most slots that are made
    public Lanes(Supplier<S> slots, int most) {
        this.slots = slots;
        this.most = most;
    }

    /// A slot that is free; finishes the oldest chunk if there is none.
    public S slot() throws IOException {
        if (free.isEmpty() && made < most) {
            made++;
            return slots.get();
        }
        if (free.isEmpty()) {
            finishOldest();
        }
        return free.remove();
    }

    /// Hands a slot over.
    ///
    /// @param prepare runs on some other thread
    /// @param finish runs on this one, after those of all earlier chunks
    public void submit(S slot, Step prepare, Step finish) {
        pending.add(new Pending<>(slot, WORKERS.submit(() -> work(prepare)), finish));
    }

    private static boolean work(Step prepare) throws IOException {
        prepare.run();
        return true;
    }

    /// Finishes all chunks.
    public void finish() throws IOException {
        while (!pending.isEmpty()) {
            finishOldest();
        }
    }

    private void finishOldest() throws IOException {
        await(pending.element().prepared());
        Pending<S> oldest = pending.remove();
        free.add(oldest.slot());
        oldest.finish().run();
    }

    private static void await(Future<?> prepared) throws IOException {
        try {
            prepared.get();
        } catch (ExecutionException e) {
            Fatal.endIfError(e);
            switch (e.getCause()) {
                case IOException io -> throw new IOException(io.getMessage(), io);
                case RuntimeException mistake -> throw mistake;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted between two chunks");
        }
    }

    /// Waits for what is being prepared and finishes nothing more, so that files and slots can be
    /// closed and erased afterwards.
    @Override
    public void close() {
        boolean interrupted = false;
        while (!pending.isEmpty()) {
            try {
                pending.element().prepared().get();
                pending.remove();
            } catch (ExecutionException e) {
                Fatal.endIfError(e);
                pending.remove();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
