package io.evenhand.node;

import io.evenhand.kit.file.EarlyFlush;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.store.FileTable;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The bulky files of each session, in a directory of its own below `blobs/`.
///
/// Small ones lie in the journal, too, and need no flush of their own, see
/// docs/decisions/group-commit.md.
public final class SessionFiles {
    public static final String INPUT = "input";
    public static final String HIDDEN = "hidden";
    public static final String SEALED = "sealed";
    public static final String LEAVES = "leaves";

    /// The opened work, at the customer.
    public static final String WORK = "work";

    private static final String WORK_PREFIX = "work-";

    /// How the name of a file ends that is still arriving.
    private static final String PART = ".part";

    private static final Pattern DIRECTORY =
            Pattern.compile("([a-z]{1,16})-([a-z]{1,16})-([0-9a-f]{64})");

    /// No system leaves what was written out of the disk for so long.
    private static final long UNSAFE_SECONDS = 300;

    private final Path root;

    /// Keeps the small ones as well; nothing for those who only look.
    private final Optional<FileTable> table;

    private volatile Consumer<SessionKey> erased = _ -> {};

    private SessionFiles(Path root, Optional<FileTable> table) {
        this.root = root;
        this.table = table;
    }

    /// To look at them only.
    public SessionFiles(Path root) {
        this(root, Optional.empty());
    }

    /// Those of a node that starts: what a loss of power took is put back.
    public static SessionFiles of(Store store) {
        SessionFiles files =
                new SessionFiles(store.directory().blobs(), Optional.of(store.files()));
        try {
            files.putBack(store);
        } catch (IOException e) {
            throw new StoreException(
                    files.root
                            + ": what the journal holds of it cannot be put back ("
                            + FileTrouble.of(e)
                            + "); check the disk and its permissions",
                    e);
        }
        return files;
    }

    /// A small file counts only if the journal has it: another one may be torn, and nothing was
    /// built on it.
    private void putBack(Store store) throws IOException {
        FileTable kept = store.files();
        List<FileTable.Name> small = new ArrayList<>();
        for (SessionKey session : sessions()) {
            Optional<SessionTable.Stored> stored = store.sessions().find(session);
            if (stored.isEmpty() && !has(session, WORK)) {
                // It was to begin when the process ended, or the journal is an old backup, by which
                // nothing can be done with them. Work that was paid for is given out all the same.
                delete(session);
            }
            boolean open = stored.filter(known -> !known.ended()).isPresent();
            for (Path file : open ? list(session) : List.<Path>of()) {
                if (isLeftOver(file)) {
                    remove(file);
                } else if (isSmallAndWhole(file)) {
                    small.add(new FileTable.Name(session, String.valueOf(file.getFileName())));
                }
            }
        }
        if (kept.isNew()) {
            // An earlier version flushed them all.
            kept.takeIn(small, name -> Files.readAllBytes(path(name.key(), name.name())));
        }
        for (FileTable.Name name : small) {
            if (kept.find(name).isEmpty()) {
                remove(path(name.key(), name.name()));
            }
        }
        for (FileTable.Name name : kept.all()) {
            if (store.sessions().find(name.key()).isEmpty()) {
                // It was to begin when the process ended.
                delete(name.key());
            } else {
                putBack(store, name);
            }
        }
    }

    /// What a process was writing when it ended; nobody goes on with it.
    private static boolean isLeftOver(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && name.endsWith(PART);
    }

    private static boolean isSmallAndWhole(Path file) throws IOException {
        return Files.isRegularFile(file)
                && !file.getFileName().toString().endsWith(PART)
                && Files.size(file) <= NewFile.SMALL;
    }

    private void putBack(Store store, FileTable.Name name) throws IOException {
        Path file = path(name.key(), name.name());
        byte[] bytes = store.files().find(name).orElseThrow();
        boolean there =
                Files.isRegularFile(file)
                        && Files.size(file) == bytes.length
                        && Arrays.equals(Files.readAllBytes(file), bytes);
        if (!there) {
            try (NewFile again = NewFile.at(file)) {
                again.write(bytes);
                again.commit();
            }
        } else if (isOverForLong(store, name.key())) {
            PrivateFiles.flush(file);
            store.files().remove(name.key(), List.of(name.name()));
        }
    }

    /// By now the file itself is most likely on the disk, and to flush it costs nothing.
    private static boolean isOverForLong(Store store, SessionKey session) {
        return store.sessions()
                .find(session)
                .filter(stored -> stored.ended())
                .filter(stored -> stored.updatedAt() + UNSAFE_SECONDS < store.now())
                .isPresent();
    }

    /// Keeps a file that has got its name: a small one is in the journal from now on, and on the
    /// disk at the journal's next flush; a large one was flushed when it got it. To keep it again
    /// writes nothing.
    public void keep(SessionKey session, String name) throws IOException {
        Path file = directory(session).resolve(name);
        if (Files.size(file) > NewFile.SMALL) {
            return;
        }
        FileTable.Name row = new FileTable.Name(session, name);
        byte[] bytes = Files.readAllBytes(file);
        if (table.orElseThrow().find(row).filter(known -> Arrays.equals(known, bytes)).isEmpty()) {
            table.orElseThrow().put(row, bytes);
        }
    }

    /// Copies a file of somebody else and keeps the copy.
    public void copy(SessionKey session, String name, Path from) throws IOException {
        PrivateFiles.copyUnlessSmall(from, path(session, name));
        keep(session, name);
    }

    /// Keeps a file that another program has written under the name of ours.
    public void take(SessionKey session, String name, Path from) throws IOException {
        // It was made under the other one's umask.
        PrivateFiles.close(from);
        PrivateFiles.moveUnlessSmall(from, path(session, name));
        keep(session, name);
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
        remove(session, Set.of(name, name + PART)::contains);
        erased.accept(session);
    }

    /// Erases the works of all attempts.
    public void deleteWorks(SessionKey session) throws IOException {
        remove(session, name -> name.startsWith(WORK_PREFIX));
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

    /// The names of everything that a session keeps.
    public List<String> names(SessionKey session) throws IOException {
        return list(session).stream().map(file -> file.getFileName().toString()).sorted().toList();
    }

    /// Erases everything a session keeps.
    public void delete(SessionKey session) throws IOException {
        remove(session, _ -> true);
        Files.deleteIfExists(directory(session));
        erased.accept(session);
    }

    /// If a loss of power takes the step that has no use for them any more, it puts back what the
    /// journal held of them; before all else goes, that step is flushed.
    private void remove(SessionKey session, Predicate<String> which) throws IOException {
        Set<String> kept = new HashSet<>();
        table.ifPresent(all -> kept.addAll(all.of(session)));
        List<Path> files =
                list(session).stream()
                        .filter(file -> which.test(String.valueOf(file.getFileName())))
                        .toList();
        boolean all = files.stream().allMatch(file -> kept.contains(file.getFileName().toString()));
        if (!all) {
            table.ifPresent(FileTable::flush);
        }
        kept.removeIf(name -> !which.test(name));
        if (!kept.isEmpty()) {
            table.orElseThrow().remove(session, kept);
        }
        for (Path file : files) {
            remove(file);
        }
    }

    /// Ciphertext is for everybody to see: it goes without being overwritten.
    private static void remove(Path file) throws IOException {
        EarlyFlush.forget(file);
        if (isCiphertext(String.valueOf(file.getFileName()))) {
            Files.deleteIfExists(file);
        } else {
            PrivateFiles.erase(file);
        }
    }

    private static boolean isCiphertext(String name) {
        return name.startsWith(SEALED) || name.startsWith(LEAVES);
    }

    private Path directory(SessionKey session) {
        return root.resolve(folder(session));
    }

    /// Name of the directory of a session's files.
    public static String folder(SessionKey session) {
        return session.role().protocol() + "-" + session.role().part() + "-" + session.ref();
    }
}
