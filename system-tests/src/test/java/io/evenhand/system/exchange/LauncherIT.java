package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.process.ChildProcess;
import io.evenhand.system.house.SourceTree;
import java.io.BufferedReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher script.
class LauncherIT {
    @TempDir private Path folder = Path.of("");

    private record Run(int exit, String text) {}

    private Run run(String javaHome, String... command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("EVENHAND_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", javaHome);
        Process process = ChildProcess.start(builder);
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), text);
    }

    @Test
    @DisplayName("it runs from any directory, through a symbolic link")
    void link() throws Exception {
        Path link = folder.resolve("eh");
        Files.createSymbolicLink(link, SourceTree.root().resolve("evenhand"));
        Run run = run(System.getProperty("java.home"), link.toString(), "--version");
        assertEquals(0, run.exit(), run.text());
        assertTrue(run.text().startsWith("evenhand 0."), run.text());
    }

    @Test
    @DisplayName(
            "a build is told while it runs: which part, and what it fetches, also if it is silent")
    void toldBuild() throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                SourceTree.root().resolve(".ci/tell").toString(), "starting Maven")
                        .redirectErrorStream(true);
        Process tell = ChildProcess.startFed(builder);
        try (BufferedReader out = tell.inputReader();
                Writer in = tell.outputWriter()) {
            in.write(
                    """
                    [INFO] Building Evenhand: the kit all protocols share 0.1.0-SNAPSHOT   [2/11]
                    [INFO] Downloading from central: https://repo.example/a.pom
                    [INFO] Downloaded from central: https://repo.example/a.pom (5 kB at 6 kB/s)
                    [INFO] Downloading from central: https://repo.example/b.pom
                    """);
            in.flush();
            String part = "evenhand: building the kit all protocols share, part 2 of 11";
            String line = out.readLine();
            while (line != null && !line.contains("fetching")) {
                assertTrue(line.startsWith(part), line);
                line = out.readLine();
            }
            String fetching = part + ": fetching libraries from central, 1 so far";
            assertEquals(fetching, line);
            // Nothing more comes, and it says so.
            assertTrue(out.readLine().startsWith(fetching + " (still, after "));
        } finally {
            ChildProcess.kill(tell);
        }
    }

    @Test
    @DisplayName("without the demo the installed commands run, and the demo is said to be missing")
    void withoutDemo() throws Exception {
        Path root = SourceTree.root();
        Files.createDirectories(folder.resolve(".ci"));
        Files.createDirectories(folder.resolve("cli"));
        Files.copy(root.resolve("evenhand"), folder.resolve("evenhand"));
        Files.copy(root.resolve(".ci/find-jdk"), folder.resolve(".ci/find-jdk"));
        Files.createSymbolicLink(folder.resolve("cli/target"), root.resolve("cli/target"));
        String launcher = folder.resolve("evenhand").toString();
        Run demo = run(System.getProperty("java.home"), launcher, "demo");
        assertEquals(2, demo.exit(), demo.text());
        assertEquals(1, demo.text().lines().count(), demo.text());
        assertTrue(demo.text().contains("demo and bench are not installed here"), demo.text());
        Run help = run(System.getProperty("java.home"), launcher, "--help");
        assertEquals(0, help.exit(), help.text());
        assertTrue(help.text().contains("\n  provider "), help.text());
        assertTrue(help.text().contains("Start with: evenhand init"), help.text());
        assertFalse(help.text().contains("demo"), help.text());
    }

    @Test
    @DisplayName("a JAVA_HOME that is no JDK of the right age is passed over")
    void wrongJavaHome() throws Exception {
        Files.createDirectories(folder.resolve("old/bin"));
        Files.writeString(folder.resolve("old/release"), "JAVA_VERSION=\"17.0.2\"\n");
        String finder = SourceTree.root().resolve(".ci/find-jdk").toString();
        Run run = run(folder.resolve("old").toString(), finder);
        assertTrue(!run.text().contains("/old"), run.text());
        assertTrue(run.exit() == 0 || run.text().contains("set JAVA_HOME"), run.text());
    }
}
