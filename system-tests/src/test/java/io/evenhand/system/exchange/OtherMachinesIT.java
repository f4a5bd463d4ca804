package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.system.house.SourceTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    }

    private Launch shell(String line) throws Exception {
        String launcher = SourceTree.root().resolve("evenhand").toString();
        return Launch.run(folder, NONE, List.of("bash", "-c", line, launcher));
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
