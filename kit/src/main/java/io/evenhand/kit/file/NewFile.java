package io.evenhand.kit.file;

import io.evenhand.kit.process.Cost;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A file that appears under its name only when it is complete and flushed to the disk.
///
/// Octets go to a temporary neighbour, readable by its owner only; {@link #commit()} flushes it and
/// moves it in one step over whatever stood there. Closing without a commit leaves nothing behind.
public final class NewFile implements Closeable {
    /// A file of at most so many bytes may be kept in a journal as well, which then needs no flush
    /// of its own.
    public static final int SMALL = 64 << 10;

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private long size;
    private boolean committed;

    private NewFile(Path target, Path temporary, FileChannel channel) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
    }

    /// Starts a file in the target's directory, which must exist.
    public static NewFile at(Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path directory = absolute.resolveSibling("");
        Path temporary;
        try {
            temporary = Files.createTempFile(directory, "." + absolute.getFileName(), ".part");
        } catch (IOException e) {
            throw named(target, e);
        }
        try {
            return new NewFile(
                    absolute, temporary, FileChannel.open(temporary, StandardOpenOption.WRITE));
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw named(target, e);
        }
    }

    /// The same with the name that the caller knows; a full disk has none at all.
    private static IOException named(Path target, IOException e) {
        FileSystemException named =
                new FileSystemException(target.toString(), null, FileTrouble.reason(e));
        named.initCause(e);
        return named;
    }

    /// Appends bytes.
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            EarlyFlush.growsHere(temporary, size, size + length);
            size += length;
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    public void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    /// Flushes the bytes, gives them their name and flushes that.
    public void commit() throws IOException {
        flushAndMove(StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// The same, but whatever has this name by then keeps it.
    ///
    /// @throws IOException also if something has it
    public void commitNew() throws IOException {
        flushAndMove();
    }

    private void flushAndMove(CopyOption... how) throws IOException {
        try {
            EarlyFlush.end(temporary);
            channel.force(true);
            Cost.FLUSHES.add(2);
            channel.close();
            move(how);
            try (FileChannel directory =
                    FileChannel.open(target.resolveSibling(""), StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    /// The same, but a small file is not flushed: whoever asks for it keeps its bytes elsewhere.
    public void commitUnlessSmall() throws IOException {
        if (size > SMALL) {
            commit();
        } else {
            commitSoon();
        }
    }

    /// Gives the bytes their name without a flush: a loss of power may take them, or a part. For
    /// what can be made again.
    public void commitSoon() throws IOException {
        try {
            EarlyFlush.end(temporary);
            channel.close();
            move(StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    private void move(CopyOption... how) throws IOException {
        Files.move(temporary, target, how);
        committed = true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (!committed) {
            EarlyFlush.forget(temporary);
            Files.deleteIfExists(temporary);
        }
    }
}
