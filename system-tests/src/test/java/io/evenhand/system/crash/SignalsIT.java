package io.evenhand.system.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.ExitCode;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ctrl-C and `kill` on real processes in the middle of an exchange.
class SignalsIT {
    @TempDir Path folder;

    /// What the shell sends for Ctrl-C. It ignores that signal in what it runs in the background,
    /// and so do the processes that are started from there.
    private static String interrupt() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                        .anyMatch(ignored -> (ignored & 2) != 0)
                ? "TERM"
                : "INT";
    }

    private static int code(String signal) {
        return signal.equals("INT") ? 130 : 143;
    }

    private static void stop(Program program, String signal, String goOn) throws Exception {
        program.signal(signal);
        assertEquals(code(signal), program.exit(Program.LIMIT), program::trouble);
        JsonNode stopped = program.lines().getLast();
        assertEquals("stopped", stopped.path("type").asText());
        assertEquals(1, stopped.path("open").asInt(), stopped::toString);
        assertTrue(stopped.path("goOn").asText().contains(goOn), stopped::toString);
        assertTrue(program.trouble().contains(goOn), program::trouble);
        List<JsonNode> lines = program.lines();
        JsonNode pending = lines.get(lines.size() - 2);
        assertEquals("pending", pending.path("type").asText());
        assertTrue(pending.path("deposited").asBoolean(), pending::toString);
        assertEquals(Wei.parse(CrashTestbed.WAGE).toString(), pending.path("wage").asText());
        assertTrue(pending.path("leftSeconds").asLong() > 0, pending::toString);
    }

    /// One line, and the process that was there first goes on.
    private static void refused(Program second) throws Exception {
        assertEquals(ExitCode.STORAGE.code(), second.exit(Program.LIMIT), second::trouble);
        List<String> errors = second.errors().lines().toList();
        assertEquals(1, errors.size(), errors::toString);
        assertTrue(errors.getFirst().contains("another evenhand process"), errors::toString);
    }

    @Test
    @DisplayName(
            "Ctrl-C says what is pending, what is at stake, until when, and how to go on; nothing is"
                    + " lost; a second process on the directory is refused")
    void interrupted() throws Exception {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant());
                CrashTestbed testbed = new CrashTestbed(chain, Actors.deploy(chain), folder, 1)) {
            ExchangeRun run = new ExchangeRun(testbed, "customer");
            Program delegate = run.customer().delegate("", ExchangeRun.DEADLINE);
            String ref = run.customer().ref().orElseThrow();
            // No block: everybody waits.
            chain.setMining(new LocalChain.Mining.Manual());
            Optional<JsonNode> funding =
                    testbed.log()
                            .await(
                                    ProcessLog.entered("provider", ref, "Confirming"),
                                    delegate::runs,
                                    ExchangeRun.LIMIT.toSeconds());
            assertTrue(funding.isPresent(), delegate::trouble);
            refused(run.customer().resume(""));
            stop(delegate, interrupt(), "evenhand resume");
            stop(testbed.provider().program(), "TERM", "the same command");
            chain.setMining(new LocalChain.Mining.Every(1));
            testbed.startProvider("", 0);
            assertTrue(run.end().good());
        }
    }
}
