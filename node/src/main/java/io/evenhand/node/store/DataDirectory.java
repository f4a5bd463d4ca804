package io.evenhand.node.store;

import io.evenhand.kit.file.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A node's directory, held by this process alone until closed.
///
/// Two processes over one journal could sign two statements for one slot or use one account nonce
/// twice, so the second one is refused. The lock belongs to the process: it is gone when the
/// process is, however it ended.
public final class DataDirectory implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// Makes the directory if it is missing (for its owner only) and takes its lock.
    public static DataDirectory hold(Path path) {
        Path lockFile = path.resolve("lock");
        try {
            create(path);
            FileChannel channel = PrivateFiles.open(lockFile);
            if (!tryLock(channel)) {
                channel.close();
                throw new StoreException(
                        path
                                + ": another evenhand process uses this directory; stop that"
                                + " process or choose another directory with --home");
            }
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw StoreException.of(path, e);
        }
    }

    private static void create(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            PrivateFiles.directory(path);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    public Path path() {
        return path;
    }

    public Path identityFile() {
        return identityFile(path);
    }

    /// Why a file of a directory is not there, for its owner and for somebody who may not look.
    static String missing(Path file, String otherwise) {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null && !Files.exists(directory)) {
            return directory
                    + " does not exist: run \"evenhand init\" first, or name the directory with"
                    + " --home";
        }
        boolean closed =
                directory != null && Files.isDirectory(directory) && !Files.isExecutable(directory);
        return closed
                ? directory
                        + ": this user may not look into it; run it as its owner, or pass --home"
                : file + ": " + otherwise + ", or pass --home";
    }

    public static Path identityFile(Path directory) {
        return directory.resolve("identity.key");
    }

    public Path journalFile() {
        return journalFile(path);
    }

    static Path journalFile(Path directory) {
        return directory.resolve("journal.db");
    }

    /// Where bulk lives, one directory for each session.
    public Path blobs() {
        return blobs(path);
    }

    private static Path blobs(Path directory) {
        return directory.resolve("blobs");
    }

    /// Whether any exchange has left something here.
    static boolean hasWorked(Path directory) {
        String[] sessions = blobs(directory).toFile().list();
        return sessions != null && sessions.length > 0;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw StoreException.of(path, e);
        }
    }
}
