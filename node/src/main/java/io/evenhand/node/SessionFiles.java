package io.evenhand.node;

import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The bulky files of each session, in a directory of its own below `blobs/`.
public final class SessionFiles {
    public static final String INPUT = "input";
    public static final String HIDDEN = "hidden";
    public static final String SEALED = "sealed";
    public static final String LEAVES = "leaves";

    /// The opened work, at the customer.
    public static final String WORK = "work";

    private static final String WORK_PREFIX = "work-";

    private static final Pattern DIRECTORY =
            Pattern.compile("([a-z]{1,16})-([a-z]{1,16})-([0-9a-f]{64})");

    private final Path root;
    private volatile Consumer<SessionKey> erased = _ -> {};

    public SessionFiles(DataDirectory directory) {
        this(directory.blobs());
    }

    public SessionFiles(Path root) {
        this.root = root;
    }

    /// The work of one attempt, before it is sealed.
    public static String work(int attempt) {
        return WORK_PREFIX + attempt;
    }

    /// Where a file of this name is or will be; its directory exists.
    public Path path(SessionKey session, String name) {
        Path directory = directory(session);
        try {
            PrivateFiles.directory(directory);
        } catch (IOException e) {
            throw new StoreException(
                    directory
                            + ": cannot be made ("
                            + FileTrouble.reason(e)
                            + "); check the disk and its permissions",
                    e);
        }
        return directory.resolve(name);
    }

    public boolean has(SessionKey session, String name) {
        return Files.isRegularFile(directory(session).resolve(name));
    }

    /// Has somebody hear whenever a file of a session is gone. What comes is an event of the
    /// session.
    public void onErased(Consumer<SessionKey> hears) {
        erased = hears;
    }

    /// The sessions that keep anything.
    public List<SessionKey> sessions() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> directories = Files.list(root)) {
            return directories.map(SessionFiles::key).flatMap(Optional::stream).toList();
        }
    }

    private static Optional<SessionKey> key(Path directory) {
        Matcher name = DIRECTORY.matcher(String.valueOf(directory.getFileName()));
        return name.matches()
                ? Optional.of(
                        new SessionKey(
                                new Role(name.group(1), name.group(2)),
                                Bytes32.parse(name.group(3))))
                : Optional.empty();
    }

    /// Erases one file, whole or still arriving.
    public void erase(SessionKey session, String name) throws IOException {
        PrivateFiles.erase(directory(session).resolve(name));
        PrivateFiles.erase(directory(session).resolve(name + ".part"));
        erased.accept(session);
    }

    /// Erases the works of all attempts.
    public void deleteWorks(SessionKey session) throws IOException {
        for (Path file : list(session)) {
            if (file.getFileName().toString().startsWith(WORK_PREFIX)) {
                PrivateFiles.erase(file);
            }
        }
        erased.accept(session);
    }

    /// Bytes of everything a session keeps, whole or still arriving.
    public long size(SessionKey session) throws IOException {
        long size = 0;
        for (Path file : list(session)) {
            try {
                size += Files.size(file);
            } catch (NoSuchFileException _) {
                // It got another name, or was deleted, a moment ago.
            }
        }
        return size;
    }

    private List<Path> list(SessionKey session) throws IOException {
        Path directory = directory(session);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    /// Erases everything a session keeps.
    public void delete(SessionKey session) throws IOException {
        for (Path file : list(session)) {
            PrivateFiles.erase(file);
        }
        Files.deleteIfExists(directory(session));
        erased.accept(session);
    }

    private Path directory(SessionKey session) {
        return root.resolve(folder(session));
    }

    /// Name of the directory of a session's files.
    public static String folder(SessionKey session) {
        return session.role().protocol() + "-" + session.role().part() + "-" + session.ref();
    }
}
