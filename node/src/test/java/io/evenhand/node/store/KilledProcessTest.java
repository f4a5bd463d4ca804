package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.number;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A process is killed (SIGKILL) in the middle of its writes, again and again over one journal.
class KilledProcessTest {
    private static final int KILLS = 4;

    private static final Pattern STORED = Pattern.compile("stored (\\d+) (\\d+)");

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void nothingAcknowledgedIsLostAndNothingIsHalfStored(int sessions) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            Map<Integer, Integer> acknowledged =
                    runAndKill(JournalWriter.class, sessions, 1 + random.nextInt(60));
            try (Store store = StoreFixture.open(directory)) {
                for (int i = 0; i < sessions; i++) {
                    String where = "seed %d, kill %d, session %d".formatted(seed, kill, i);
                    check(store, JournalWriter.session(i), acknowledged.get(i), where);
                }
            }
        }
    }

    @Test
    void whatAChannelWasToldIsStoredIsThereWithItsKeyAndItsRounds() throws Exception {
        int channels = 64;
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            Map<Integer, Integer> acknowledged =
                    runAndKill(ChannelWriter.class, channels, 1 + random.nextInt(3_000));
            try (Store store = StoreFixture.open(directory)) {
                for (int i = 0; i < channels; i++) {
                    String where = "seed %d, kill %d, channel %d".formatted(seed, kill, i);
                    check(store.channels().of(number(i)), acknowledged.get(i), where);
                }
            }
        }
    }

    /// @param acknowledged the newest round that was said to be stored, null if none was
    private static void check(ChannelRows rows, @Nullable Integer acknowledged, String where) {
        Optional<ChannelRows.Update> newest = rows.newest();
        long stored = newest.map(update -> update.at().round()).orElse(0L);
        if (acknowledged != null) {
            assertTrue(
                    stored == acknowledged || stored == acknowledged + 1,
                    () -> where + ": acknowledged " + acknowledged + ", stored " + stored);
        }
        newest.ifPresent(update -> {
            assertEquals(ChannelWriter.bytes(update.at(), 120), update.bytes(), where);
            assertArrayEquals(
                    ChannelWriter.key(update.at()).expose(),
                    update.key().orElseThrow().expose(),
                    where);
        });
        long rounds = 0;
        for (long from = 1; from <= stored; from += ChannelRows.MAX_ROUNDS) {
            rounds += rows.rounds(new ChannelRows.At(1, from), ChannelRows.MAX_ROUNDS).size();
        }
        assertEquals(stored, rounds, where);
        assertEquals(
                0, rows.rounds(new ChannelRows.At(1, stored + 1), ChannelRows.MAX_ROUNDS).size());
    }

    /// @param acknowledged the newest step that was said to be stored, null if none was
    private static void check(
            Store store, SessionKey key, @Nullable Integer acknowledged, String where) {
        int stored = JournalWriter.storedSteps(store, key);
        long unflushed = store.peerOutbox().cursor(JournalWriter.peer(key));
        if (acknowledged != null) {
            assertTrue(
                    stored == acknowledged || stored == acknowledged + 1,
                    () -> where + ": acknowledged " + acknowledged + ", stored " + stored);
        }
        assertTrue(
                unflushed == stored || unflushed == stored - 1,
                () -> where + ": stored " + stored + ", without a flush " + unflushed);
        assertEquals(stored, store.effects().waiting(key).size(), where);
        assertEquals(stored, store.statements().of(key.ref()).size(), where);
        assertEquals(
                Math.min(stored, EventTable.MAX_ENTRIES), store.events().of(key).size(), where);
    }

    @Test
    void aSecondProcessIsRefusedAndAKilledOneLeavesNoLock() throws Exception {
        Process process = start(JournalWriter.class, 1);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("open", out.readLine());
            StoreException e =
                    assertThrows(StoreException.class, () -> StoreFixture.open(directory));
            assertTrue(String.valueOf(e.getMessage()).contains("another evenhand process"));
        } finally {
            kill(process);
        }
        StoreFixture.open(directory).close();
    }

    /// Returns what each session said last.
    private Map<Integer, Integer> runAndKill(Class<?> writer, int sessions, int lines)
            throws IOException, InterruptedException {
        Map<Integer, Integer> last = new HashMap<>();
        Process process = start(writer, sessions);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("open", out.readLine());
            for (int i = 0; i < lines; i++) {
                hear(String.valueOf(out.readLine()), last);
            }
            // By its handle: killing through Process would close the pipe as well.
            process.toHandle().destroyForcibly();
            // What the pipe still holds was said before the kill, so it counts.
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                hear(line, last);
            }
            return last;
        } finally {
            kill(process);
        }
    }

    private static void hear(String line, Map<Integer, Integer> last) {
        Matcher stored = STORED.matcher(line);
        if (stored.matches()) {
            last.put(Integer.valueOf(stored.group(1)), Integer.valueOf(stored.group(2)));
        }
    }

    private Process start(Class<?> writer, int sessions) throws IOException {
        return ChildProcess.start(
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        writer.getName(),
                                        directory.toString(),
                                        Integer.toString(sessions)))
                        .redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    private static void kill(Process process) throws InterruptedException {
        ChildProcess.kill(process);
        int _ = process.waitFor();
    }
}
