package io.evenhand.kit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real processes, killed by their ids.
class ChildProcessTest {
    /// Says its own number and that of a child, then waits for ever.
    private static final String FAMILY = "sleep 9999 & echo $$ $!; wait";

    /// A parent: starts a child, says what the child says, and waits.
    public static void main(String[] how) throws IOException {
        ProcessBuilder family = new ProcessBuilder("sh", "-c", FAMILY);
        Process child =
                how[0].equals("fed") ? ChildProcess.startFed(family) : ChildProcess.start(family);
        try (BufferedReader said = child.inputReader()) {
            System.out.println(said.readLine());
            System.out.println(said.readLine());
        }
    }

    private static List<ProcessHandle> family(Process of) throws IOException {
        List<ProcessHandle> found = new ArrayList<>();
        for (String number : of.inputReader().readLine().split(" ", -1)) {
            found.add(ProcessHandle.of(Long.parseLong(number)).orElseThrow());
        }
        return found;
    }

    private static void assertEnds(List<ProcessHandle> all) throws Exception {
        for (ProcessHandle one : all) {
            ProcessHandle _ = one.onExit().get();
            assertFalse(one.isAlive());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"quiet", "fed"})
    @DisplayName("a parent killed with SIGKILL takes its child and its child's children along")
    void orphans(String how) throws Exception {
        Process parent =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                ChildProcessTest.class.getName(),
                                how)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<ProcessHandle> family = family(parent);
        List<ProcessHandle> all = parent.descendants().toList();
        assertTrue(all.containsAll(family));
        Process _ = parent.destroyForcibly();
        assertEnds(all);
    }

    @Test
    @DisplayName("what a child leaves behind in its group ends with it; exit code and output stay")
    void leftBehind() throws Exception {
        Process child =
                ChildProcess.start(
                        new ProcessBuilder(
                                "sh", "-c", "sleep 9999 >/dev/null & echo $!; cat; exit 7"));
        List<ProcessHandle> left = family(child);
        assertEquals(7, child.waitFor());
        assertEnds(left);
    }

    @Test
    @DisplayName("killing a child kills its group")
    void killed() throws Exception {
        Process child = ChildProcess.start(new ProcessBuilder("sh", "-c", FAMILY));
        List<ProcessHandle> family = family(child);
        ChildProcess.kill(child);
        assertEquals(128 + 9, child.waitFor());
        assertEnds(family);
    }

    @Test
    @DisplayName("a child reads a file or what it is told, and gets signals itself")
    void input(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("a file"), "of a file");
        Process reads = ChildProcess.start(new ProcessBuilder("cat"), file);
        assertEquals(
                "of a file",
                new String(reads.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        Process hears = ChildProcess.startFed(new ProcessBuilder("sed", "-u", "s/^/heard /"));
        Writer tell = hears.outputWriter();
        tell.write("a line\n");
        tell.flush();
        assertEquals("heard a line", hears.inputReader().readLine());
        ChildProcess.stop(hears);
        assertEquals(128 + 15, hears.waitFor());
    }

    @Test
    @DisplayName("a child that is stopped has time to tidy up")
    void stopped() throws Exception {
        String tidy = "trap 'kill $!; echo tidy; exit 3' TERM; sleep 9999 & echo ready; wait";
        Process child = ChildProcess.start(new ProcessBuilder("sh", "-c", tidy));
        assertEquals("ready", child.inputReader().readLine());
        ChildProcess.stop(child);
        assertEquals("tidy", child.inputReader().readLine());
        assertEquals(3, child.waitFor());
    }
}
