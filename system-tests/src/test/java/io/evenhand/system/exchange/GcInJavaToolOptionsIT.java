package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Options of the Java VM that somebody else has set.
class GcInJavaToolOptionsIT {
    @TempDir private Path folder = Path.of("");

    private Launch version(String variable, String options) throws Exception {
        return Launch.bare(folder, Map.of(variable, options), "--version");
    }

    @Test
    @DisplayName("another collector goes before ours, whoever chose it")
    void collectors() throws Exception {
        for (var chosen :
                Map.of(
                                "JAVA_TOOL_OPTIONS", "-XX:+UseG1GC",
                                "EVENHAND_JAVA_OPTS", "-XX:+UseZGC",
                                "_JAVA_OPTIONS", "-Xmx64m -XX:+UseParallelGC")
                        .entrySet()) {
            Launch run = version(chosen.getKey(), chosen.getValue());
            assertEquals(0, run.exit(), run.text());
            assertTrue(run.text().contains("evenhand 0."), run.text());
        }
    }

    @Test
    @DisplayName("options that Java does not start with: one line of ours, and no exit code of 1")
    void nonsense() throws Exception {
        Launch run = version("JAVA_TOOL_OPTIONS", "-XX:+UseNothingGC");
        assertEquals(2, run.exit(), run.text());
        assertEquals(1, run.text().lines().count(), run.text());
        assertTrue(
                run.text().startsWith("evenhand: Java does not start (Unrecognized VM option"),
                run.text());
    }
}
