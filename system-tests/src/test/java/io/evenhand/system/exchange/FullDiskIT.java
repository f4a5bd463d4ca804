package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No room on the disk of a running process in the middle of an exchange: the limit on the size of
/// its files (`prlimit --fsize`) makes every write fail, journal and bulk, until it is lifted. What
/// is sealed is larger than the work, so a limit between the two is there before sealing begins.
class FullDiskIT {
    /// Says that it runs and waits for us, so that the limit comes after it and not into it.
    private static final String SERVICE =
            """
            name: copy
            about: gives back what it got
            price: 0.005 eth
            command: ["sh", "-c", ": >begun; until [ -e go ]; do sleep 0.1; done; \
            cp \\"$0\\" \\"$1\\"", "{input}", "{output}"]
            limits: { inputBytes: 134217728, workBytes: 134217728, seconds: 60, attempts: 1 }
            policies: [size]
            """;

    private static final int SIZE = 12 << 20;

    @Test
    @DisplayName("full while working, sealing, fetching: one line each, then the exchange goes on")
    void full(@TempDir Path folder) throws Exception {
        byte[] work = new byte[SIZE];
        new Random(3).nextBytes(work);
        try (TestCluster town = new TestCluster(folder, SERVICE)) {
            Files.write(town.file("input"), work);
            String policy = "policy: size\natLeast: 1\natMost: 134217728\n";
            try (Cli delegate = town.delegate("input", policy, "output")) {
                limit(delegate, SIZE + "");
                awaitFile(town.file("begun"));
                limit(town.provider(), "1");
                Path _ = Files.createFile(town.file("go"));
                says(town.provider(), "DoWork");
                limit(town.provider(), SIZE + "");
                says(town.provider(), "SealWork");
                limit(town.provider(), "unlimited");
                says(delegate, "FetchWork");
                limit(delegate, "unlimited");
                JsonNode summary = delegate.summary();
                assertEquals(0, delegate.exit(), delegate.errors());
                assertEquals("settled", summary.path("outcome").asText());
                assertEquals(-1, Files.mismatch(town.file("input"), town.file("output")));
                assertQuiet(delegate);
            }
            JsonNode _ = town.provider().state("Settled");
            assertQuiet(town.provider());
            assertQuiet(town.stamper());
        }
    }

    private static void awaitFile(Path file) throws Exception {
        try (WatchService made = file.getFileSystem().newWatchService()) {
            WatchKey _ =
                    file.resolveSibling("").register(made, StandardWatchEventKinds.ENTRY_CREATE);
            while (!Files.exists(file)) {
                WatchKey key = made.take();
                assertTrue(key.reset(), "the service did not begin");
            }
        }
    }

    private static void says(Cli process, String what) throws Exception {
        JsonNode said =
                process.await(
                        "say that the disk is full at " + what,
                        line ->
                                line.path("event").asText().equals("Retrying")
                                        && line.path("what").asText().equals(what));
        assertFalse(said.path("why").asText().contains("Exception"), said.toString());
    }

    /// The soft limit alone: any process may lift it again.
    private static void limit(Cli process, String bytes) throws IOException, InterruptedException {
        Process command =
                new ProcessBuilder(
                                "prlimit",
                                "--pid=" + process.processId(),
                                "--fsize=" + bytes + ":unlimited")
                        .inheritIO()
                        .start();
        assertEquals(0, command.waitFor(), "prlimit (package util-linux)");
    }

    private static void assertQuiet(Cli process) throws IOException {
        assertTrue(process.errors().lines().noneMatch(l -> l.contains("\tat ")), process.errors());
        assertFalse(process.errors().contains("Exception"), process.errors());
    }
}
