package io.evenhand.node.store;

import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.process.Cost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// One number in a file outside of the data directory: how far the journal was when something last
/// left the process.
///
/// A journal that is behind its witness is an old backup. The file must be in no backup of the data
/// directory; without it the journal counts as an old one too.
public final class RollbackGuard implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final AtomicLong asked = new AtomicLong(NOTHING);
    private long number;

    private RollbackGuard(Path file, FileChannel channel, long number) {
        this.file = file;
        this.channel = channel;
        this.number = number;
    }

    /// Where the witness of a data directory stands: beside it, under whatever name it was reached.
    public static Path of(Path directory) throws IOException {
        Path real = directory.toRealPath();
        return real.resolveSibling(real.getFileName() + ".witness");
    }

    /// Opens the witness of a data directory, or makes one that has seen nothing.
    public static RollbackGuard beside(Path directory) {
        try {
            return open(of(directory));
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    /// Opens a witness, or makes one that has seen nothing.
    public static RollbackGuard open(Path file) {
        try {
            boolean isNew = !Files.exists(file);
            FileChannel channel = PrivateFiles.open(file);
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {}
            long number = bytes.hasRemaining() ? Long.MAX_VALUE : bytes.getLong(0);
            return new RollbackGuard(file, channel, isNew ? NOTHING : number);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static final long NOTHING = -1;

    /// Whether a journal that has come this far may be older than what has left the process.
    ///
    /// @param journal number of its newest effect, 0 if there never was one
    public synchronized boolean knowsMoreThan(long journal) {
        return number == NOTHING ? journal > 0 : number > journal;
    }

    /// The number that a journal put back has to go on from.
    public synchronized long number() {
        return Math.max(0, number == Long.MAX_VALUE ? 0 : number);
    }

    /// Must return before anything leaves that the journal holds up to this number. Those who wait
    /// for their turn share one flush: all that they ask for is in the journal already.
    public void advance(long journal) {
        long _ = asked.accumulateAndGet(journal, Math::max);
        flush(journal);
    }

    private synchronized void flush(long journal) {
        if (journal > number || number == Long.MAX_VALUE) {
            long most = asked.get();
            try {
                int _ = channel.write(ByteBuffer.allocate(Long.BYTES).putLong(most).flip(), 0);
                channel.force(true);
                Cost.FLUSHES.add(1);
                number = most;
            } catch (IOException e) {
                throw unusable(file, e);
            }
        }
    }

    private static StoreException unusable(Path file, IOException e) {
        return new StoreException(
                file
                        + " cannot be written ("
                        + FileTrouble.reason(e)
                        + "): it stands beside the data directory and guards against old backups;"
                        + " name a data directory with --home in a folder where this user may"
                        + " write",
                e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }
}
