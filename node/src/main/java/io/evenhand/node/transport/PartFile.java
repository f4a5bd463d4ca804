package io.evenhand.node.transport;

import io.evenhand.kit.file.EarlyFlush;
import io.evenhand.kit.file.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that is still arriving: it grows as `NAME.part` and takes its name when it is whole, so a
/// file under its own name is never half a file.
final class PartFile implements Closeable {
    private final Path target;
    private final FileChannel channel;
    private long size;

    private PartFile(Path target, FileChannel channel, long size) {
        this.target = target;
        this.channel = channel;
        this.size = size;
    }

    static Path part(Path target) {
        return target.resolveSibling(target.getFileName() + ".part");
    }

    /// Bytes an earlier run left behind.
    static long held(Path target) throws IOException {
        Path part = part(target);
        return Files.exists(part) ? Files.size(part) : 0;
    }

    /// Opens the part for more, keeping what it holds.
    static PartFile open(Path target) throws IOException {
        FileChannel channel = PrivateFiles.open(part(target));
        return new PartFile(target, channel, channel.size());
    }

    long size() {
        return size;
    }

    /// Forgets what comes after the first `length` bytes.
    void truncate(long length) throws IOException {
        channel.truncate(length);
        size = length;
    }

    void append(ByteBuffer bytes) throws IOException {
        long before = size;
        while (bytes.hasRemaining()) {
            size += channel.write(bytes, size);
        }
        EarlyFlush.grows(part(target), before, size);
    }

    /// Fills the buffer from `at`; the part holds that much.
    void read(long at, ByteBuffer into) throws IOException {
        long from = at;
        while (into.hasRemaining()) {
            int n = channel.read(into, from);
            if (n < 0) {
                throw new IOException(part(target) + " became shorter while it was read");
            }
            from += n;
        }
    }

    /// Gives the file its name, and flushes it unless it is small: whoever gets it keeps its bytes
    /// elsewhere.
    void finish() throws IOException {
        EarlyFlush.end(part(target));
        channel.close();
        PrivateFiles.moveUnlessSmall(part(target), target);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
