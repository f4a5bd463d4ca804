package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenhand.cli.ExitCode;
import io.evenhand.system.house.SourceTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Machines that are set up otherwise than a developer's.
class OtherMachinesIT {
    @TempDir private Path folder = Path.of("");

    private static final Map<String, String> NONE = Map.of();

    @Test
    @DisplayName("no directory for temporary files is needed: doctor and a start of the database")
    void temporary() throws Exception {
        Map<String, String> nowhere = Map.of("TMPDIR", folder.resolve("nowhere").toString());
        assertEquals(0, Launch.bare(folder, nowhere, "init", "--home", "home").exit());
        Launch doctor = Launch.bare(folder, nowhere, "doctor", "--home", "home");
        assertEquals(0, doctor.exit(), doctor.text());
        assertTrue(doctor.text().contains("sqlite        the native library works"), doctor.text());
        assertTrue(doctor.text().contains("warn  temporary"), doctor.text());
        assertTrue(doctor.text().contains("no such file or directory"), doctor.text());
        Launch demo = Launch.bare(folder, nowhere, "demo");
        assertEquals(ExitCode.STORAGE.code(), demo.exit(), demo.text());
        assertTrue(demo.text().contains("; set TMPDIR to a directory"), demo.text());
    }

    private Launch shell(String line) throws Exception {
        String launcher = SourceTree.root().resolve("evenhand").toString();
        return Launch.run(folder, NONE, List.of("bash", "-c", line, launcher));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ro", "noexec"})
    @DisplayName("a directory for temporary files that is read-only, or from which nothing runs")
    void temporary(String mounted) throws Exception {
        Path there = Files.createDirectory(folder.resolve("tmp"));
        String mount = "mount -t tmpfs -o size=1m," + mounted + " tmpfs tmp";
        assumeTrue(
                Launch.run(folder, NONE, List.of("unshare", "-m", "sh", "-c", mount)).exit() == 0,
                "only root may mount here");
        Map<String, String> environment = Map.of("TMPDIR", there.toString());
        String line = mount + " && \"$0\" init --home home && exec \"$0\" doctor --home home";
        String launcher = SourceTree.root().resolve("evenhand").toString();
        Launch run =
                Launch.run(
                        folder,
                        environment,
                        List.of("unshare", "-m", "bash", "-c", line, launcher));
        assertEquals(0, run.exit(), run.text());
        assertTrue(run.text().contains("sqlite        the native library works"), run.text());
        assertEquals(mounted.equals("ro"), run.text().contains("warn  temporary"), run.text());
    }

    @Test
    @DisplayName("64 files and no more: one line, before anything is begun")
    void fewFiles() throws Exception {
        Launch run = shell("ulimit -n 64; exec \"$0\" --version");
        assertEquals(2, run.exit(), run.text());
        assertEquals(1, run.text().lines().count(), run.text());
        assertTrue(run.text().contains("only 64 files may be open here"), run.text());
    }

    @Test
    @DisplayName("streams that are closed at the start: no file takes their place")
    void closedStreams() throws Exception {
        Launch run = shell("\"$0\" init --home home >&- 2>&- <&-; echo $?");
        assertEquals("0", run.text().strip());
        try (Stream<Path> files = Files.walk(folder.resolve("home"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(content.contains("wallet          "), file.toString());
            }
        }
    }

    @Test
    @DisplayName("a full heap: the last line says how to go on, with an exit code of its own")
    void fullHeap() throws Exception {
        Map<String, String> tiny = Map.of("EVENHAND_JAVA_OPTS", "-Xmx3m");
        Launch run = Launch.bare(folder, tiny, "delegate", "--help");
        assertEquals(ExitCode.MEMORY.code(), run.exit(), run.text());
        String last = run.text().lines().toList().getLast();
        assertTrue(last.startsWith("evenhand: memory ran out"), run.text());
        assertTrue(last.contains("go on with \"evenhand resume\""), run.text());
    }

    @Test
    @DisplayName("a home behind a link: one lock, one witness, a whole backup under umask 077")
    void link() throws Exception {
        assertEquals(0, Launch.bare(folder, NONE, "init", "--home", "real/home").exit());
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real/home"));
        Path home = folder.resolve("link");
        String[] server = {"stamper", "--listen", "127.0.0.1:0"};
        try (Cli stamper = Cli.start(home, server)) {
            assertEquals("stamper", stamper.listening().path("role").asText());
            assertTrue(Files.exists(folder.resolve("real/home.witness")));
            assertFalse(Files.exists(folder.resolve("link.witness")));
            Launch second = Launch.bare(folder, NONE, server, "--home", folder + "/real/home");
            assertEquals(4, second.exit(), second.text());
            assertEquals(1, second.text().lines().count(), second.text());
            assertTrue(
                    second.text().contains("another evenhand process uses this directory"),
                    second.text());
            Launch backup = shell("umask 077; ulimit -Sn 64; exec \"$0\" backup --home link copy");
            assertEquals(0, backup.exit(), backup.text());
            assertTrue(Files.exists(folder.resolve("copy/identity.key")), backup.text());
            assertTrue(Files.exists(folder.resolve("copy/journal.db")), backup.text());
        }
    }
}
