package io.evenhand.programs.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The programs that are committed are what their sources give.
class RebuildTest {
    private static final Path GUESTS = Path.of("src/guest");

    @TempDir Path folder;

    @Test
    @DisplayName(
            "each program compiles to the bytes that are committed; without the compiler this fails")
    void rebuild() throws Exception {
        List<Path> programs;
        try (Stream<Path> found = Files.list(GUESTS)) {
            programs = found.filter(Files::isDirectory).sorted().toList();
        }
        assertTrue(programs.stream().anyMatch(p -> p.endsWith("life")), programs::toString);
        Process build =
                new ProcessBuilder(GUESTS.resolve("build").toString(), folder.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, build.waitFor(), said);
        for (Path program : programs) {
            String name = program.getFileName() + ".wasm";
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve(name)),
                    Files.readAllBytes(program.resolve(name)),
                    name + ": run programs/src/guest/build");
        }
    }
}
