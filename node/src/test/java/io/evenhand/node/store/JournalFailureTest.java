package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.ALICE;
import static io.evenhand.node.store.StoreFixture.SESSION;
import static io.evenhand.node.store.StoreFixture.octets;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Octets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong with files, and the one line that says so.
class JournalFailureTest {
    @TempDir Path directory;

    @Test
    void aFullDiskIsNamedAndLosesNothing() {
        try (Store store = StoreFixture.open(directory)) {
            store.sessions().create(SESSION, List.of(ALICE), octets("idle"));
        }
        try (DataDirectory held = DataDirectory.hold(directory);
                Journal journal = Journal.open(held)) {
            // The limit makes SQLite report exactly what a full disk makes it report.
            journal.transact(sql -> {
                sql.run("PRAGMA max_page_count = 1");
                return true;
            });
            EffectTable effects = new EffectTable(journal);
            says("no space left", () -> effects.add(SESSION, new Octets(new byte[100_000])));
        }
        try (Store store = StoreFixture.open(directory)) {
            assertTrue(store.sessions().find(SESSION).isPresent());
            store.effects().add(SESSION, new Octets(new byte[100_000]));
        }
    }

    @Test
    void aDamagedJournalIsNamed() throws IOException {
        StoreFixture.open(directory).close();
        Path file = DataDirectory.journalFile(directory);
        Files.writeString(file, "This is not a database, it only has its name. ".repeat(200));
        says("is damaged or no journal", () -> StoreFixture.open(directory));
    }

    @Test
    void aDatabaseOfAnotherProgramIsNotTouched() throws SQLException {
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + DataDirectory.journalFile(directory));
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE songs (name TEXT)");
        }
        says("another program", () -> StoreFixture.open(directory));
    }

    @Test
    void aJournalOfANewerVersionIsRefused() throws SQLException {
        StoreFixture.open(directory).close();
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + DataDirectory.journalFile(directory));
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = 99");
        }
        says("newer evenhand", () -> StoreFixture.open(directory));
    }

    @Test
    void aJournalWhoseStatesCannotBeReadIsRefused() throws SQLException {
        StoreFixture.open(directory).close();
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + DataDirectory.journalFile(directory));
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = 5");
        }
        says("older evenhand", () -> StoreFixture.open(directory));
    }

    @Test
    void aSecondHolderOfTheDirectoryIsRefused() {
        try (Store store = StoreFixture.open(directory)) {
            says("another evenhand process", () -> DataDirectory.hold(directory));
            assertTrue(store.sessions().all().isEmpty(), "the first one goes on");
        }
        DataDirectory.hold(directory).close();
    }

    @Test
    void aReaderLooksWhileTheNodeWorksAndCannotWrite() {
        try (Store store = StoreFixture.open(directory)) {
            store.sessions().create(SESSION, List.of(ALICE), octets("idle"));
            try (Store reader = Store.openForReading(directory)) {
                assertEquals(1, reader.sessions().all().size());
                store.events().add(SESSION, "later");
                assertEquals(1, reader.events().of(SESSION).size());
                says("may not be written", () -> reader.events().add(SESSION, "mine"));
                assertThrows(IllegalStateException.class, reader::keys);
            }
        }
    }

    @Test
    void aMissingJournalIsNamed() {
        says("there is no journal yet", () -> Store.openForReading(directory));
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        says("cannot be read or written", () -> DataDirectory.hold(file.resolve("node")));
    }

    private static void says(String words, Executable action) {
        String message = String.valueOf(assertThrows(StoreException.class, action).getMessage());
        assertTrue(message.contains(words), message);
        assertEquals(1, message.lines().count());
    }
}
