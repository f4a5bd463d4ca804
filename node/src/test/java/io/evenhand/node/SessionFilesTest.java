package io.evenhand.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small files of sessions, and what a loss of power leaves of them. It takes all that was written
/// to the journal's log since its last flush, and of files that were not flushed all but the name.
class SessionFilesTest {
    private static final SessionKey SESSION =
            new SessionKey(new Role("toy", "server"), new Bytes32(0, 0, 0, 1));
    private static final String TEXT = "what nobody else should read";

    @TempDir Path root;
    private Instant now = Instant.ofEpochSecond(1_800_000_000L);

    private Store open(Path home) throws IOException {
        Path file = DataDirectory.identityFile(Files.createDirectories(home));
        NodeKeys keys =
                Files.exists(file)
                        ? NodeKeys.load(file, Optional.empty())
                        : NodeKeys.create(file, Optional.empty(), new SecureRandom());
        return Store.open(home, keys, () -> now);
    }

    private static void begin(Store store) {
        store.sessions()
                .create(
                        SESSION,
                        List.of(new PartyId(new Bytes32(0, 0, 0, 5))),
                        new Octets(new byte[1]));
        store.flush();
    }

    private static void end(Store store) {
        store.sessions().save(SESSION, Optional.empty(), new Octets(new byte[1]), true);
    }

    private static Path log(Path home) {
        return home.resolve("journal.db-wal");
    }

    /// The home after a loss of power.
    ///
    /// @param flushed length of the log when it was flushed
    private Path lostPower(Path home, long flushed) throws IOException {
        Path after = root.resolve("after");
        List<Path> files;
        try (Stream<Path> all = Files.walk(home)) {
            files = all.toList();
        }
        for (Path from : files) {
            Path to = after.resolve(home.relativize(from).toString());
            if (Files.isDirectory(from)) {
                Files.createDirectories(to);
            } else if (from.equals(log(home))) {
                Files.write(to, Arrays.copyOf(Files.readAllBytes(from), Math.toIntExact(flushed)));
            } else if (from.startsWith(home.resolve("blobs"))
                    && Files.size(from) <= NewFile.SMALL) {
                Files.createFile(to);
            } else if (!from.toString().endsWith("-shm")) {
                Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return after;
    }

    @Test
    @DisplayName("a small file is there after a loss of power if the journal was flushed since")
    void flushed() throws IOException {
        Path home = root.resolve("home");
        try (Store store = open(home)) {
            begin(store);
            SessionFiles files = SessionFiles.of(store);
            long before = store.counts().flushes();
            write(files, "input", TEXT);
            files.keep(SESSION, "input");
            assertEquals(before, store.counts().flushes(), "it waits for the step that needs it");
            store.flush();
            assertEquals(before + 1, store.counts().flushes());
            try (Store again = open(lostPower(home, Files.size(log(home))))) {
                SessionFiles found = SessionFiles.of(again);
                assertEquals(TEXT, Files.readString(found.path(SESSION, "input")));
            }
        }
    }

    @Test
    @DisplayName("one that the journal does not hold is not there, whole or torn")
    void notFlushed() throws IOException {
        Path home = root.resolve("home");
        try (Store store = open(home)) {
            begin(store);
            SessionFiles files = SessionFiles.of(store);
            store.flush();
            long flushed = Files.size(log(home));
            write(files, "input", TEXT);
            files.keep(SESSION, "input");
            try (Store again = open(lostPower(home, flushed))) {
                assertFalse(SessionFiles.of(again).has(SESSION, "input"));
            }
        }
        // Killed before it was kept.
        try (Store store = open(home)) {
            write(SessionFiles.of(store), "work-1", TEXT);
        }
        try (Store store = open(home)) {
            SessionFiles files = SessionFiles.of(store);
            assertFalse(files.has(SESSION, "work-1"));
            assertTrue(files.has(SESSION, "input"));
        }
    }

    @Test
    @DisplayName("what still arrives stays, and so does a large file, which was flushed")
    void others() throws IOException {
        Path home = root.resolve("home");
        try (Store store = open(home)) {
            begin(store);
            SessionFiles files = SessionFiles.of(store);
            write(files, "input.part", TEXT);
            files.copy(
                    SESSION,
                    "hidden",
                    Files.write(root.resolve("large"), new byte[NewFile.SMALL + 1]));
            assertEquals(List.of(), store.files().all());
        }
        try (Store store = open(home)) {
            SessionFiles files = SessionFiles.of(store);
            assertTrue(files.has(SESSION, "input.part"));
            assertTrue(files.has(SESSION, "hidden"));
        }
    }

    @Test
    @DisplayName("the journal holds no file plain, and of one that was erased nothing in its log")
    void erased() throws IOException {
        Path home = root.resolve("home");
        try (Store store = open(home)) {
            begin(store);
            SessionFiles files = SessionFiles.of(store);
            write(files, "hidden", TEXT);
            files.keep(SESSION, "hidden");
            assertEquals(1, holding(home));
            assertTrue(Files.size(log(home)) > 0);
            files.erase(SESSION, "hidden");
            assertEquals(0, holding(home));
            assertEquals(0, Files.size(log(home)));
            assertEquals(List.of(), store.files().all());
            // A moment later the log waits for its turn, and goes without another step.
            write(files, "hidden", TEXT);
            files.keep(SESSION, "hidden");
            files.erase(SESSION, "hidden");
            while (Files.size(log(home)) > 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    @DisplayName("what a loss of power kept from being erased comes back with the older state")
    void notErased() throws IOException {
        Path home = root.resolve("home");
        try (Store store = open(home)) {
            begin(store);
            SessionFiles files = SessionFiles.of(store);
            // So that the log is not emptied at once.
            write(files, "work-1", TEXT);
            files.keep(SESSION, "work-1");
            files.deleteWorks(SESSION);
            write(files, "input", TEXT);
            files.keep(SESSION, "input");
            store.flush();
            long flushed = Files.size(log(home));
            end(store);
            files.delete(SESSION);
            assertFalse(files.has(SESSION, "input"));
            try (Store again = open(lostPower(home, flushed))) {
                assertFalse(again.sessions().find(SESSION).orElseThrow().ended());
                SessionFiles found = SessionFiles.of(again);
                assertEquals(TEXT, Files.readString(found.path(SESSION, "input")));
            }
        }
    }

    @Test
    @DisplayName("before a file goes that the journal does not hold, its last step is flushed")
    void flushedBefore() throws IOException {
        try (Store store = open(root.resolve("home"))) {
            begin(store);
            SessionFiles files = SessionFiles.of(store);
            write(files, "input", TEXT);
            end(store);
            long before = store.counts().flushes();
            files.delete(SESSION);
            assertEquals(before + 1, store.counts().flushes());
        }
    }

    @Test
    @DisplayName("of an exchange that is over for long the journal holds no file twice")
    void overForLong() throws IOException {
        Path home = root.resolve("home");
        try (Store store = open(home)) {
            begin(store);
            SessionFiles files = SessionFiles.of(store);
            write(files, "sealed", TEXT);
            files.keep(SESSION, "sealed");
            end(store);
        }
        now = now.plusSeconds(300);
        try (Store store = open(home)) {
            SessionFiles _ = SessionFiles.of(store);
            assertEquals(1, store.files().all().size());
        }
        now = now.plusSeconds(1);
        try (Store store = open(home)) {
            SessionFiles files = SessionFiles.of(store);
            assertEquals(List.of(), store.files().all());
            assertEquals(TEXT, Files.readString(files.path(SESSION, "sealed")));
        }
    }

    @Test
    @DisplayName("what an earlier version left counts: it flushed all of its files")
    void earlierVersion() throws Exception {
        Path home = root.resolve("home");
        try (Store store = open(home)) {
            begin(store);
            write(SessionFiles.of(store), "input", TEXT);
        }
        forgetVersion(home);
        for (int start = 1; start <= 2; start++) {
            try (Store store = open(home)) {
                assertTrue(SessionFiles.of(store).has(SESSION, "input"));
                assertEquals(1, store.files().all().size());
            }
        }
    }

    @Test
    @DisplayName("what an earlier version left is taken in whole, or again at the next start")
    void halfTakenIn() throws Exception {
        Path home = root.resolve("home");
        Path broken;
        try (Store store = open(home)) {
            begin(store);
            SessionFiles files = SessionFiles.of(store);
            write(files, "input", TEXT);
            broken = files.path(SESSION, "work-1");
        }
        forgetVersion(home);
        // A file that cannot be read, by whomever.
        Files.createSymbolicLink(broken, Path.of("/proc/self/mem"));
        try (Store store = open(home)) {
            assertThrows(StoreException.class, () -> SessionFiles.of(store));
        }
        Files.delete(broken);
        try (Store store = open(home)) {
            assertTrue(SessionFiles.of(store).has(SESSION, "input"));
            assertEquals(1, store.files().all().size());
        }
    }

    @Test
    @DisplayName("to keep what is kept writes nothing, and what has changed is kept anew")
    void keptTwice() throws IOException {
        Path home = root.resolve("home");
        try (Store store = open(home)) {
            begin(store);
            SessionFiles files = SessionFiles.of(store);
            write(files, "input", TEXT);
            files.keep(SESSION, "input");
            long once = Files.size(log(home));
            files.keep(SESSION, "input");
            assertEquals(once, Files.size(log(home)));
            write(files, "input", TEXT + TEXT);
            files.keep(SESSION, "input");
            assertTrue(Files.size(log(home)) > once);
        }
    }

    @Test
    @DisplayName("files of an exchange that never began go at the next start")
    void neverBegan() throws IOException {
        Path home = root.resolve("home");
        try (Store store = open(home)) {
            SessionFiles files = SessionFiles.of(store);
            write(files, "hidden", TEXT);
            files.keep(SESSION, "hidden");
        }
        try (Store store = open(home)) {
            SessionFiles files = SessionFiles.of(store);
            assertEquals(List.of(), store.files().all());
            assertEquals(List.of(), files.sessions());
        }
    }

    @Test
    @DisplayName(
            "files of an exchange that the journal does not know go, also large ones, but not"
                    + " work that was paid for")
    void unknown() throws IOException {
        Path home = root.resolve("home");
        SessionKey other = new SessionKey(new Role("toy", "client"), new Bytes32(0, 0, 0, 2));
        try (Store store = open(home)) {
            SessionFiles files = SessionFiles.of(store);
            files.copy(
                    SESSION,
                    "input",
                    Files.write(root.resolve("large"), new byte[NewFile.SMALL + 1]));
            write(files, "input.part", TEXT);
            Files.writeString(files.path(other, SessionFiles.WORK), TEXT);
            assertEquals(List.of(), store.files().all(), "nothing else shows what they are");
        }
        try (Store store = open(home)) {
            SessionFiles files = SessionFiles.of(store);
            assertEquals(List.of(other), files.sessions());
            assertEquals(TEXT, Files.readString(files.path(other, SessionFiles.WORK)));
        }
    }

    @Test
    @DisplayName("what a process was writing when it ended goes, and what it was fetching stays")
    void leftOver() throws IOException {
        Path home = root.resolve("home");
        try (Store store = open(home)) {
            begin(store);
            SessionFiles files = SessionFiles.of(store);
            write(files, "sealed.part", TEXT);
            // Not closed, as if killed.
            NewFile.at(files.path(SESSION, "input")).write(new byte[1]);
            assertEquals(2, files.names(SESSION).size());
        }
        try (Store store = open(home)) {
            assertEquals(List.of("sealed.part"), SessionFiles.of(store).names(SESSION));
        }
    }

    @Test
    @DisplayName("who only looks keeps nothing")
    void looking() throws IOException {
        SessionFiles files = new SessionFiles(root);
        write(files, "input", TEXT);
        assertThrows(RuntimeException.class, () -> files.keep(SESSION, "input"));
    }

    private static void write(SessionFiles files, String name, String text) throws IOException {
        Files.writeString(files.path(SESSION, name), text);
    }

    /// As an earlier version left it.
    private static void forgetVersion(Path home) throws SQLException {
        try (Connection journal =
                        DriverManager.getConnection("jdbc:sqlite:" + home.resolve("journal.db"));
                Statement statement = journal.createStatement()) {
            int _ = statement.executeUpdate("DELETE FROM files_since");
        }
    }

    /// How many files hold the text.
    private static int holding(Path home) throws IOException {
        int holding = 0;
        try (Stream<Path> all = Files.walk(home)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                holding += text.contains(TEXT) ? 1 : 0;
            }
        }
        return holding;
    }
}
