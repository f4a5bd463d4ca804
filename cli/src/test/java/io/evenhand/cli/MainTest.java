package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir private Path home = Path.of("");

    private record Run(int exit, String out, String err) {}

    private Run run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell =
                new Shell(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of("EVENHAND_HOME", home.resolve("node").toString()));
        int exit = Main.run(shell, args);
        return new Run(
                exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "init",
                "deploy",
                "provider",
                "stamper",
                "invite",
                "delegate",
                "resume",
                "list",
                "show",
                "refund",
                "verify",
                "explore"
            })
    @DisplayName("every command has a help page with an example and its exit codes")
    void help(String command) {
        Run run = run(command, "--help");
        assertEquals(0, run.exit());
        assertTrue(run.out().contains("Example"), run.out());
        assertTrue(run.out().contains("evenhand " + command), run.out());
        for (ExitCode exit : ExitCode.values()) {
            assertTrue(run.out().contains("\n  " + exit.code() + "   "), run.out());
        }
    }

    @Test
    @DisplayName("init makes a home once, and says who we are")
    void init() {
        Run first = run("init");
        assertEquals(0, first.exit(), first.err());
        assertTrue(first.out().contains("wallet          0x"), first.out());
        assertTrue(Files.exists(home.resolve("node/identity.key")));
        Run second = run("init");
        assertEquals(ExitCode.STORAGE.code(), second.exit());
        assertTrue(second.err().contains("initialised already"), second.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "frobnicate | what is \"frobnicate\"?",
                "list --frobnicate | what is \"--frobnicate\"?; see",
                "lsit | what is \"lsit\"? Did you mean \"list\"?; see",
                "verfy x.asice | Did you mean \"verify\"?",
                "delegate --waeg=1 | Did you mean \"--wage\"?",
                "list --jsno | Did you mean \"--json\"?",
                "help lits | Did you mean \"list\"?",
                "invite --valid 2 | not a duration",
                "deploy | --rpc",
                "explore metered | only delegation",
                "demo | what is \"demo\"?",
                "show | XID"
            })
    @DisplayName("wrong usage is one line with the way out, and exit code 2")
    void usage(String line, String message) {
        Run run = run(line.split(" "));
        assertEquals(ExitCode.USAGE.code(), run.exit(), run.err());
        assertEquals(1, run.err().strip().lines().count(), run.err());
        assertTrue(run.err().contains(message), run.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list | 4 | does not exist: run \"evenhand init\" first",
                "show 1234 | 4 | run \"evenhand init\" first",
                "resume | 4 | run \"evenhand init\" first",
                "stamper | 4 | run \"evenhand init\" first",
                "backup copy | 4 | run \"evenhand init\" first",
                "evidence 1234 | 4 | run \"evenhand init\" first",
                "verify missing.asice | 4 | missing.asice",
                "deploy --rpc http://127.0.0.1:1 | 4 | evenhand init",
                "invite | 4 | run \"evenhand init\" first"
            })
    @DisplayName("what is missing is named in one line, with an exit code of its kind")
    void missing(String line, int exit, String message) {
        Run run = run(line.split(" "));
        assertEquals(exit, run.exit(), run.err());
        assertEquals(1, run.err().strip().lines().count(), run.err());
        assertTrue(run.err().contains(message), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }

    @Test
    @DisplayName("with --json an error is an object too")
    void jsonError() {
        Run run = run("--json", "verify", "missing.asice");
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.getLast().startsWith("{\"type\":\"error\""), run.out());
    }

    @Test
    @DisplayName("--debug shows where an error came from")
    void debug() {
        assertTrue(run("--debug", "verify", "missing.asice").err().contains("\tat "));
    }

    @Test
    @DisplayName("an unreachable chain is exit code 3, and the URL's key is not shown")
    void unreachable() {
        assertEquals(0, run("init").exit());
        Run run = run("deploy", "--rpc", "http://127.0.0.1:1/v2/topsecretkey");
        assertEquals(ExitCode.UNREACHABLE.code(), run.exit(), run.err());
        assertFalse(run.err().contains("topsecretkey"), run.err());
    }
}
