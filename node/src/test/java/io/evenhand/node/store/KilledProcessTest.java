package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.SESSION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process is killed (SIGKILL) in the middle of its writes, again and again over one journal.
class KilledProcessTest {
    private static final int KILLS = 4;

    @TempDir Path directory;

    @Test
    void nothingAcknowledgedIsLostAndNothingIsHalfStored() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            int acknowledged = runAndKill(1 + random.nextInt(60));
            try (Store store = StoreFixture.open(directory)) {
                int stored = JournalWriter.storedSteps(store);
                String where = "seed " + seed + ", kill " + kill;
                assertTrue(
                        stored == acknowledged || stored == acknowledged + 1,
                        () -> where + ": acknowledged " + acknowledged + ", stored " + stored);
                assertEquals(stored, store.effects().waiting(SESSION).size(), where);
                assertEquals(stored, store.statements().of(SESSION.ref()).size(), where);
            }
        }
    }

    @Test
    void aSecondProcessIsRefusedAndAKilledOneLeavesNoLock() throws Exception {
        Process process = start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("open 0", out.readLine());
            StoreException e =
                    assertThrows(StoreException.class, () -> StoreFixture.open(directory));
            assertTrue(String.valueOf(e.getMessage()).contains("another evenhand process"));
        } finally {
            kill(process);
        }
        StoreFixture.open(directory).close();
    }

    private int runAndKill(int lines) throws IOException, InterruptedException {
        Process process = start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String last = out.readLine();
            for (int i = 0; i < lines; i++) {
                last = out.readLine();
            }
            // By its handle: killing through Process would close the pipe as well.
            process.toHandle().destroyForcibly();
            // What the pipe still holds was said before the kill, so it counts.
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                last = line.matches("stored \\d+") ? line : last;
            }
            return Integer.parseInt(String.valueOf(last).replaceAll("\\D", ""));
        } finally {
            kill(process);
        }
    }

    private Process start() throws IOException {
        return ChildProcess.start(
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        JournalWriter.class.getName(),
                                        directory.toString()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    private static void kill(Process process) throws InterruptedException {
        ChildProcess.kill(process);
        int _ = process.waitFor();
    }
}
