package io.evenhand.kit.file;

import io.evenhand.kit.process.Cost;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;

/// Flushes files while more of them is written, so that the flush at the end is short and the disk
/// does not stand still before it. One flush of a file at a time.
public final class EarlyFlush {
    /// A flush is due at the first write beyond each multiple of this.
    private static final long STEP = 64L << 20;

    private static final ExecutorService FLUSHES = Loop.CHUNKS.tasks();

    /// By file, until they are over; one that failed until somebody hears of it, or the file goes.
    private static final ConcurrentHashMap<Path, FutureTask<Boolean>> RUNNING =
            new ConcurrentHashMap<>();

    private EarlyFlush() {}

    /// A file grows from one length to another: begins to flush it when that is due. Whoever sends
    /// faster than the disk writes waits.
    public static void grows(Path file, long before, long now) throws IOException {
        if (before / STEP != now / STEP) {
            begin(file);
        }
    }

    /// The same for what this process makes itself: it does not wait for the disk before its end.
    public static void growsHere(Path file, long before, long now) throws IOException {
        if (before / STEP != now / STEP) {
            FutureTask<Boolean> last = RUNNING.get(file);
            if (last == null || last.isDone()) {
                begin(file);
            }
        }
    }

    private static void begin(Path file) throws IOException {
        end(file);
        FutureTask<Boolean> flush = new FutureTask<>(() -> flush(file));
        RUNNING.put(file, flush);
        FLUSHES.execute(flush);
    }

    private static boolean flush(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(false);
            Cost.FLUSHES.add(1);
        }
        RUNNING.remove(file);
        return true;
    }

    /// A file is gone, or nobody wants it any more: how its flushes end matters to nobody.
    public static void forget(Path file) {
        RUNNING.remove(file);
    }

    /// Waits until no flush of this file is under way; throws what the last one threw.
    public static void end(Path file) throws IOException {
        FutureTask<Boolean> flush = RUNNING.get(file);
        if (flush == null) {
            return;
        }
        try {
            boolean _ = flush.get();
        } catch (ExecutionException e) {
            boolean _ = RUNNING.remove(file, flush);
            Fatal.endIfError(e);
            if (e.getCause() instanceof IOException io) {
                throw new IOException(io.getMessage(), io);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a file was flushed");
        }
    }
}
