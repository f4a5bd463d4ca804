package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.process.ChildProcess;
import io.evenhand.system.house.SourceTree;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a machine can do to the real program: no port, no space, no tools, another process.
class BadDayIT {
    @TempDir private Path folder = Path.of("");

    private record Run(int exit, String out, String err) {}

    /// Runs a shell line in which `$E` is the launcher.
    private Run shell(String line, Map<String, String> environment) throws Exception {
        Path err = Files.createTempFile(folder, "run", ".err");
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-c", line)
                        .directory(folder.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("EVENHAND_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("E", SourceTree.root().resolve("evenhand").toString());
        builder.environment().putAll(environment);
        Process process = ChildProcess.start(builder);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, Files.readString(err));
    }

    private void refused(String line, int exit, String message) throws Exception {
        refused(shell(line, Map.of()), exit, message);
    }

    private static void refused(Run run, int exit, String message) {
        assertTrue(run.err().contains(message), run.err() + run.out());
        assertEquals(1, run.err().strip().lines().count(), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        assertEquals(exit, run.exit(), run.err());
    }

    private void init(String home) throws Exception {
        Run run = shell("$E --home " + home + " init", Map.of());
        assertEquals(0, run.exit(), run.err());
    }

    @Test
    @DisplayName("a port that is taken, and a data directory that is in use")
    void taken() throws Exception {
        init("one");
        init("two");
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            refused("$E --home one stamper --listen " + address, 4, "cannot listen on " + address);
        }
        try (Cli first = Cli.start(folder.resolve("two"), "stamper", "--listen", "127.0.0.1:0")) {
            assertTrue(first.listening().path("port").asInt() > 0);
            refused("$E --home two stamper --listen 127.0.0.1:0", 4, "another evenhand process");
            refused("$E --home two deploy --rpc http://127.0.0.1:1", 4, "another evenhand process");
            Run invite = shell("$E --home two invite", Map.of());
            assertTrue(invite.out().startsWith("evenhand:stamper:1:"), invite.err());
        }
    }

    @Test
    @DisplayName("a passphrase that is missing or wrong, and never repeated")
    void passphrase() throws Exception {
        Run init = shell("printf 'open sesame\\n' | $E --home p init --passphrase-fd 0", Map.of());
        assertEquals(0, init.exit(), init.err());
        refused("$E --home p stamper --listen 127.0.0.1:0", 2, "--passphrase-fd 3 3<file");
        Run wrong =
                shell("printf 'close sesame\\n' | $E --home p stamper --passphrase-fd 0", Map.of());
        refused(wrong, 4, "wrong passphrase, or the file is damaged");
        assertFalse(wrong.err().contains("sesame"), wrong.err());
    }

    @Test
    @DisplayName(
            "no space: for what is printed, for a new node, for a journal; nothing is half made")
    void noSpace() throws Exception {
        refused("$E --help >/dev/full", 4, "not all of the output was written");
        init("full");
        List<String> before = files("full");
        // The largest file a process may write: SQLite sees what it sees on a full disk.
        Run run = shell("ulimit -f 8; $E --home full stamper --listen 127.0.0.1:0", Map.of());
        assertEquals(4, run.exit(), run.err());
        assertEquals(1, run.err().strip().lines().count(), run.err());
        assertTrue(run.err().contains("full/journal.db"), run.err());
        assertTrue(files("full").containsAll(before));
        try (Cli again = Cli.start(folder.resolve("full"), "stamper", "--listen", "127.0.0.1:0")) {
            assertTrue(again.listening().path("port").asInt() > 0, "it starts once there is space");
        }
    }

    private List<String> files(String home) throws Exception {
        try (var all = Files.list(folder.resolve(home))) {
            return new ArrayList<>(all.map(path -> path.getFileName().toString()).toList());
        }
    }

    @Test
    @DisplayName("no local chain: the program that is missing is named")
    void noAnvil() throws Exception {
        Run run = shell("$E demo", Map.of("EVENHAND_ANVIL", "/nonexistent/anvil"));
        refused(run, 4, "EVENHAND_ANVIL names /nonexistent/anvil");
    }
}
