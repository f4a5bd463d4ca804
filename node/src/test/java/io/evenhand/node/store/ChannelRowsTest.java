package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.number;
import static io.evenhand.node.store.StoreFixture.octets;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.ChannelRows.At;
import io.evenhand.node.store.ChannelRows.Round;
import io.evenhand.node.store.ChannelRows.Update;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a payment channel keeps.
class ChannelRowsTest {
    /// Above what fits into a row.
    private static final int LARGE = 200_000;

    @TempDir Path directory;
    private Store store;

    @BeforeEach
    void open() {
        store = StoreFixture.open(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        store.close();
        store = StoreFixture.open(directory);
    }

    private ChannelRows rows() {
        return rows(1);
    }

    private ChannelRows rows(int channel) {
        return store.channels().of(number(channel));
    }

    private static Update update(long session, long round, String bytes) {
        return new Update(new At(session, round), octets(bytes), Optional.empty());
    }

    private static Update update(long session, long round, String bytes, Secret32 key) {
        return new Update(new At(session, round), octets(bytes), Optional.of(key));
    }

    private static Secret32 key(int seed) {
        byte[] bytes = new byte[Secret32.SIZE];
        Arrays.fill(bytes, (byte) seed);
        return Secret32.of(bytes);
    }

    private static byte[] bytes(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Update newest() {
        return rows().newest().orElseThrow();
    }

    private void refuses(Update update) {
        Optional<Update> before = rows().newest();
        assertThrows(ChannelRows.NotRisingException.class, () -> rows().put(update));
        Optional<Update> after = rows().newest();
        assertEquals(before.map(Update::at), after.map(Update::at));
        assertEquals(before.map(Update::bytes), after.map(Update::bytes));
    }

    @Test
    @DisplayName("an update rises by its number, then by its round, and is there after a restart")
    void rises() {
        assertEquals(Optional.empty(), rows().newest());
        rows().put(update(5, 3, "a"));
        reopen();
        assertEquals(new At(5, 3), newest().at());
        refuses(update(4, 9, "b"));
        refuses(update(5, 2, "b"));
        rows().put(update(5, 4, "c"));
        rows().put(update(6, 0, "d"));
        assertEquals(octets("d"), newest().bytes());
        assertEquals(Optional.empty(), rows(2).newest());
        rows(2).put(update(0, 0, "another channel rises by itself"));
    }

    @Test
    @DisplayName("at one round the same bytes may come again, and no others")
    void sameAgain() {
        rows().put(update(5, 3, "a"));
        rows().put(update(5, 3, "a"));
        refuses(update(5, 3, "b"));
        reopen();
        rows().put(update(5, 3, "a"));
        refuses(update(5, 3, "b"));
        // Its key may come to be known later.
        rows().put(update(5, 3, "a", key(7)));
        reopen();
        assertArrayEquals(key(7).expose(), newest().key().orElseThrow().expose());
        assertEquals(octets("a"), newest().bytes());
    }

    @Test
    @DisplayName("an older update takes its whole step back")
    void takenBack() {
        rows().put(update(5, 0, "a"));
        assertThrows(
                ChannelRows.NotRisingException.class,
                () ->
                        store.transact(() -> {
                            rows(2).put(update(1, 1, "of another channel"));
                            rows().put(update(4, 0, "b"));
                        }));
        assertEquals(Optional.empty(), rows(2).newest());
        assertEquals(new At(5, 0), newest().at());
    }

    @Test
    @DisplayName("neither key nor state lies in plain on the disk, and none opens as another's")
    void secrets() throws Exception {
        byte[] small = "a state that nobody else may read".getBytes(StandardCharsets.US_ASCII);
        byte[] large = new byte[LARGE];
        for (int i = 0; i < large.length; i++) {
            large[i] = small[i % small.length];
        }
        byte[] secret = "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.US_ASCII);
        rows().put(update(1, 1, "public", Secret32.of(secret)));
        rows().put(rows().prepare(new At(1, 1), small));
        rows(2).put(rows(2).prepare(new At(1, 1), large));
        assertArrayEquals(secret, newest().key().orElseThrow().expose());
        store.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(text.contains("0123456789abcdef"), file.toString());
                assertFalse(text.contains("nobody else may read"), file.toString());
            }
        }
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + DataDirectory.journalFile(directory));
                var statement = connection.createStatement()) {
            statement.execute("UPDATE channel_updates SET round = 2");
        }
        open();
        assertThrows(StoreException.class, () -> rows().newest());
    }

    @Test
    @DisplayName(
            "rounds stay in order; once opened their ciphertexts go, and their statements stay")
    void rounds() {
        for (long session = 1; session <= 2; session++) {
            for (long round = 1; round <= 5; round++) {
                rows().add(round(session, round));
            }
        }
        rows(2).add(round(1, 1));
        rows().add(round(1, 2));
        assertThrows(
                ChannelRows.NotRisingException.class,
                () -> rows().add(new Round(new At(1, 2), octets("other"), octets("c1.2"))));
        assertThrows(
                ChannelRows.NotRisingException.class,
                () -> rows().add(new Round(new At(1, 2), octets("s1.2"), octets("other"))));
        rows().dropUpTo(new At(2, 3));
        reopen();
        assertEquals(
                List.of(
                        new Round(new At(2, 3), octets("s2.3"), octets("")),
                        round(2, 4),
                        round(2, 5)),
                rows().rounds(new At(2, 3), 10));
        assertEquals(5, rows().rounds(new At(1, 0), 10).size());
        assertTrue(
                rows().rounds(new At(1, 0), 10).stream()
                        .allMatch(r -> r.ciphertext().length() == 0));
        assertEquals(2, rows().rounds(new At(2, 1), 2).size());
        // It may come again after its ciphertext was dropped, which then stays away.
        rows().add(round(1, 2));
        assertEquals(octets(""), rows().rounds(new At(1, 2), 1).getFirst().ciphertext());
        assertEquals(List.of(round(1, 1)), rows(2).rounds(new At(1, 0), 10));
    }

    private static Round round(long session, long round) {
        String name = session + "." + round;
        return new Round(new At(session, round), octets("s" + name), octets("c" + name));
    }

    @Test
    @DisplayName("the last full state is there after a restart, small or large, and never older")
    void states() {
        for (int size : new int[] {0, 1_000, LARGE, ChannelRows.MAX_STATE, 10}) {
            byte[] bytes = bytes(size, size);
            long round = 1 + (size == 10 ? 5 : rows().state().map(s -> s.at().round()).orElse(0L));
            rows().put(rows().prepare(new At(1, round), bytes));
            reopen();
            assertEquals(new Octets(bytes), rows().state().orElseThrow().bytes());
            assertEquals(new At(1, round), rows().state().orElseThrow().at());
        }
        var older = rows().prepare(new At(1, 2), bytes(LARGE, 1));
        assertThrows(ChannelRows.NotRisingException.class, () -> rows().put(older));
        assertEquals(10, rows().state().orElseThrow().bytes().length());
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.list(directory.resolve("channels"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    @DisplayName("of large states no more files stay than are named, or wait to be")
    void filesStay() throws Exception {
        for (int i = 1; i <= 5; i++) {
            rows().put(rows().prepare(new At(1, i), bytes(LARGE, i)));
            rows(2).put(rows(2).prepare(new At(1, i), bytes(LARGE, i)));
            assertTrue(files().size() <= 4, "two of each channel");
        }
        // Several may be on their way at once.
        var first = rows().prepare(new At(2, 1), bytes(LARGE, 21));
        var second = rows().prepare(new At(2, 2), bytes(LARGE, 22));
        rows().put(first);
        assertEquals(new Octets(bytes(LARGE, 21)), rows().state().orElseThrow().bytes());
        rows().put(second);
        assertEquals(new Octets(bytes(LARGE, 22)), rows().state().orElseThrow().bytes());
        var _ = rows().prepare(new At(9, 9), bytes(LARGE, 99));
        reopen();
        assertEquals(List.of(number(1) + "-2-2", number(2) + "-1-5"), files());
        assertEquals(new Octets(bytes(LARGE, 22)), rows().state().orElseThrow().bytes());
    }

    @Test
    @DisplayName("a large state is not written while others wait, and a lost file is named")
    void largeStates() throws Exception {
        assertThrows(
                IllegalStateException.class,
                () ->
                        store.transact(() -> {
                            var _ = rows().prepare(new At(1, 1), bytes(LARGE, 1));
                        }));
        rows().put(rows().prepare(new At(1, 1), bytes(LARGE, 1)));
        Path file = directory.resolve("channels").resolve(files().getFirst());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThrows(StoreException.class, () -> rows().state());
        Files.delete(file);
        StoreException e = assertThrows(StoreException.class, () -> rows().state());
        assertTrue(String.valueOf(e.getMessage()).contains("damaged state"), e.getMessage());
    }

    @Test
    @DisplayName("when a channel is over, its newest update alone is left")
    void over() throws Exception {
        for (int channel = 1; channel <= 2; channel++) {
            rows(channel).put(update(1, 2, "u", key(1)));
            rows(channel).add(round(1, 2));
            rows(channel).put(rows(channel).prepare(new At(1, 2), bytes(LARGE, 1)));
        }
        rows().over();
        reopen();
        assertEquals(octets("u"), newest().bytes());
        assertEquals(List.of(), rows().rounds(new At(1, 0), 10));
        assertEquals(Optional.empty(), rows().state());
        assertEquals(List.of(number(2) + "-1-2"), files());
        assertEquals(1, rows(2).rounds(new At(1, 0), 10).size());
    }

    @Test
    @DisplayName("what is above its limit is refused, and nothing of it stored")
    void limits() {
        Octets tooLong = new Octets(new byte[ChannelRows.MAX_SIGNED + 1]);
        At at = new At(1, 1);
        assertThrows(
                IllegalArgumentException.class, () -> new Update(at, tooLong, Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> new Round(at, tooLong, octets("")));
        Octets ciphertext = new Octets(new byte[ChannelRows.MAX_CIPHERTEXT + 1]);
        assertThrows(IllegalArgumentException.class, () -> new Round(at, octets(""), ciphertext));
        assertThrows(
                IllegalArgumentException.class,
                () -> rows().prepare(at, new byte[ChannelRows.MAX_STATE + 1]));
        for (long wrong : new long[] {-1, 1L << 32, Long.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> new At(wrong, 0));
            assertThrows(IllegalArgumentException.class, () -> new At(0, wrong));
        }
    }

    @Test
    @DisplayName("a journal of the version before gets the tables, and keeps what it had")
    void olderVersion() throws Exception {
        store.sessions().create(StoreFixture.SESSION, List.of(StoreFixture.ALICE), octets("idle"));
        store.close();
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + DataDirectory.journalFile(directory));
                var statement = connection.createStatement()) {
            for (String table : new String[] {"updates", "rounds", "states"}) {
                statement.execute("DROP TABLE channel_" + table);
            }
            statement.execute("PRAGMA user_version = 9");
        }
        open();
        rows().put(update(1, 1, "a"));
        assertEquals(octets("a"), newest().bytes());
        assertEquals(1, store.sessions().all().size());
    }

    @Test
    @DisplayName("an old backup knows an older update, and goes on from there")
    void restored(@TempDir Path elsewhere) throws Exception {
        rows().put(update(1, 1, "a", key(1)));
        rows().put(rows().prepare(new At(1, 1), bytes(LARGE, 1)));
        Path copy = elsewhere.resolve("copy.db");
        store.copyTo(copy);
        rows().put(update(1, 2, "b", key(2)));
        store.close();
        Files.move(copy, DataDirectory.journalFile(directory), StandardCopyOption.REPLACE_EXISTING);
        for (String log : new String[] {"-wal", "-shm"}) {
            Files.deleteIfExists(directory.resolve("journal.db" + log));
        }
        open();
        assertEquals(octets("a"), newest().bytes());
        assertArrayEquals(key(1).expose(), newest().key().orElseThrow().expose());
        assertEquals(new Octets(bytes(LARGE, 1)), rows().state().orElseThrow().bytes());
        // That a newer one was signed is not known here: the peer has to be asked first.
        rows().put(update(1, 2, "another b"));
    }

    @Test
    @DisplayName("printing an update or a state gives nothing away")
    void printing() {
        Update update = update(1, 2, "u", key(9));
        assertEquals("update 1-2", update.toString());
        assertEquals("state 1-2", new ChannelRows.State(new At(1, 2), octets("secret")).toString());
    }
}
