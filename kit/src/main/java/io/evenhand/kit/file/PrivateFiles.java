package io.evenhand.kit.file;

import io.evenhand.kit.process.Cost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Files and directories that belong to their owner alone from their first moment on, whatever the
/// umask is, and files whose bytes are overwritten before they go.
public final class PrivateFiles {
    private static final Set<PosixFilePermission> FILE =
            PosixFilePermissions.fromString("rw-------");

    private static final FileAttribute<Set<PosixFilePermission>> NEW_FILE =
            PosixFilePermissions.asFileAttribute(FILE);

    private static final FileAttribute<Set<PosixFilePermission>> NEW_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /// What is written at once: a file of any size is overwritten in this much memory.
    private static final int BLOCK = 1 << 16;

    private PrivateFiles() {}

    /// Opens a file to read and write, and makes it if it is missing.
    public static FileChannel open(Path file) throws IOException {
        Set<OpenOption> options =
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        return FileChannel.open(file, options, NEW_FILE);
    }

    /// Makes an empty file; one that is there stays as it is.
    public static void make(Path file) throws IOException {
        open(file).close();
    }

    /// Makes a directory and all that is missing above it.
    public static void directory(Path directory) throws IOException {
        Path _ = Files.createDirectories(directory, NEW_DIRECTORY);
    }

    /// Takes a file from other users that another program made.
    public static void close(Path file) throws IOException {
        Path _ = Files.setPosixFilePermissions(file, FILE);
    }

    /// Copies a file, over what was there.
    public static void copy(Path from, Path to) throws IOException {
        copy(from, to, NewFile::commit);
    }

    /// The same, but a small file is not flushed: whoever asks for it keeps its bytes elsewhere.
    public static void copyUnlessSmall(Path from, Path to) throws IOException {
        copy(from, to, NewFile::commitUnlessSmall);
    }

    private interface Commit {
        void of(NewFile file) throws IOException;
    }

    private static void copy(Path from, Path to, Commit commit) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                NewFile out = NewFile.at(to)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            while (in.read(block.clear()) >= 0) {
                out.write(block.array(), 0, block.position());
            }
            commit.of(out);
        }
    }

    /// Gives a file another name, and flushes both first unless the file is small: whoever asks for
    /// that keeps its bytes elsewhere.
    public static void moveUnlessSmall(Path from, Path to) throws IOException {
        boolean small = Files.size(from) <= NewFile.SMALL;
        if (!small) {
            flush(from, StandardOpenOption.WRITE);
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (!small) {
            flush(to.toAbsolutePath().resolveSibling(""), StandardOpenOption.READ);
        }
    }

    /// Flushes a file and its name.
    public static void flush(Path file) throws IOException {
        flush(file, StandardOpenOption.WRITE);
        flush(file.toAbsolutePath().resolveSibling(""), StandardOpenOption.READ);
    }

    private static void flush(Path file, OpenOption mode) throws IOException {
        try (FileChannel channel = FileChannel.open(file, mode)) {
            channel.force(true);
            Cost.FLUSHES.add(1);
        }
    }

    /// Overwrites a file, flushes it and removes it; one that is not there is no fault. On disks
    /// that write elsewhere what they overwrite (SSDs, file systems that copy on write) old bytes
    /// may stay in places that no program can read by name.
    public static void erase(Path file) throws IOException {
        if (isOwn(file)) {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                overwrite(channel);
            }
        }
        Files.deleteIfExists(file);
    }

    /// What has another name too, as a file that a service linked, is not ours to overwrite.
    private static boolean isOwn(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS).equals(1);
    }

    private static void overwrite(FileChannel channel) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(BLOCK);
        long left = channel.size();
        if (left == 0) {
            return;
        }
        while (left > 0) {
            zeros.clear().limit((int) Math.min(left, BLOCK));
            left -= channel.write(zeros);
        }
        channel.force(true);
        Cost.FLUSHES.add(1);
    }
}
