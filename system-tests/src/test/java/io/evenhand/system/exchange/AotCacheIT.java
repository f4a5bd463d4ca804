package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.process.ChildProcess;
import io.evenhand.system.house.SourceTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The AOT cache of a copy of what is installed: it is used, and where it does not fit nobody
/// notices.
class AotCacheIT {
    private static final String MAIN = "io.evenhand.cli.Main source: ";

    @TempDir private Path folder = Path.of("");

    private Path target = Path.of("");

    /// With its own cache of the short commands.
    private void install() throws Exception {
        Path root = SourceTree.root();
        target = folder.resolve("cli/target");
        Files.createDirectories(target);
        Files.createDirectories(folder.resolve(".ci"));
        for (String file : List.of("evenhand", ".ci/find-jdk", "cli/target/cli.jar")) {
            copy(root.resolve(file), folder.resolve(file));
        }
        Files.createDirectory(target.resolve("lib"));
        for (Path jar : list(root.resolve("cli/target/lib"))) {
            copy(jar, target.resolve("lib").resolve(jar.getFileName()));
        }
        Set<Path> before = Set.copyOf(list(target));
        Process process =
                ChildProcess.start(
                        new ProcessBuilder(
                                        root.resolve(".ci/aot-cache").toString(),
                                        System.getProperty("java.home"),
                                        target.resolve("cli.jar").toString(),
                                        target.resolve("cli.aot").toString(),
                                        "-XX:TieredStopAtLevel=1",
                                        "io.evenhand.cli.TrainingRun")
                                .inheritIO());
        assertEquals(0, process.waitFor());
        assertTrue(Files.size(target.resolve("cli.aot")) > 0, "no cache was made");
        Set<Path> left =
                list(target).stream().filter(f -> !before.contains(f)).collect(Collectors.toSet());
        assertEquals(Set.of(target.resolve("cli.aot"), target.resolve("cli.aot.jars")), left);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static List<Path> list(Path where) throws IOException {
        try (Stream<Path> files = Files.list(where)) {
            return files.toList();
        }
    }

    /// Runs `list` in an empty folder, which says one line whatever the cache.
    ///
    /// @return where the main class came from
    private String runs(Map<String, String> environment, String options) throws Exception {
        Path classes = folder.resolve("classes.log");
        List<String> command = new ArrayList<>();
        command.add(folder.resolve("evenhand").toString());
        command.addAll(List.of("--home", folder.resolve("none").toString(), "list"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.contains("JAVA"));
        builder.environment().put("EVENHAND_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .put("EVENHAND_JAVA_OPTS", "-Xlog:class+load:file=" + classes + " " + options);
        builder.environment().putAll(environment);
        Process process = ChildProcess.start(builder);
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(4, process.waitFor(), text);
        List<String> lines = text.lines().filter(line -> !line.startsWith("Picked up")).toList();
        assertEquals(1, lines.size(), text);
        assertTrue(lines.getFirst().startsWith("evenhand list: "), text);
        try (Stream<String> loaded = Files.lines(classes)) {
            String line = loaded.filter(each -> each.contains(MAIN)).findFirst().orElseThrow();
            return line.substring(line.indexOf(MAIN) + MAIN.length());
        }
    }

    private boolean cached(String options) throws Exception {
        return runs(Map.of(), options).startsWith("shared objects file");
    }

    @Test
    @DisplayName("commands start from the cache, but not where it does not suit or is not theirs")
    void used() throws Exception {
        install();
        assertTrue(cached(""));
        assertFalse(cached("-XX:+UseZGC"));
        assertFalse(cached("-Xshare:off"));
        assertFalse(
                runs(Map.of("JAVA_TOOL_OPTIONS", "-Xshare:off"), "").startsWith("shared objects"));
        Path jar = target.resolve("cli.jar");
        FileTime time = Files.getLastModifiedTime(jar);
        // Of these jars, and of no others, older ones too: the VM would run the old classes.
        Files.setLastModifiedTime(jar, FileTime.fromMillis(time.toMillis() - 10_000));
        assertFalse(cached(""));
        Files.setLastModifiedTime(jar, time);
        assertTrue(cached(""));
        Path more = Files.writeString(target.resolve("lib/more.jar"), "");
        assertFalse(cached(""));
        Files.delete(more);
        Path cache = target.resolve("cli.aot");
        byte[] whole = Files.readAllBytes(cache);
        Files.write(cache, Arrays.copyOf(whole, whole.length / 2));
        assertFalse(cached(""));
        Files.writeString(cache, "not a cache");
        assertFalse(cached(""));
        Files.writeString(cache, "");
        assertFalse(cached(""));
        Files.delete(cache);
        assertFalse(cached(""));
    }

    @Test
    @DisplayName("where no cache can be made an empty file says so, and nothing is left behind")
    void notMade() throws Exception {
        Path cache = folder.resolve("other.aot");
        Process process =
                ChildProcess.start(
                        new ProcessBuilder(
                                SourceTree.root().resolve(".ci/aot-cache").toString(),
                                System.getProperty("java.home"),
                                SourceTree.root().resolve("cli/target/cli.jar").toString(),
                                cache.toString(),
                                "io.evenhand.cli.NoSuchClass"));
        assertEquals(0, process.waitFor());
        assertEquals(0, Files.size(cache));
        assertEquals(Set.of(cache, folder.resolve("other.aot.jars")), Set.copyOf(list(folder)));
    }
}
