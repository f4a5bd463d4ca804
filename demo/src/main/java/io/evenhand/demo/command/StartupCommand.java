package io.evenhand.demo.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Config;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import io.evenhand.kit.process.ChildProcess;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/// `evenhand bench startup`: how long a short command takes from the launcher to its end, and how
/// long it would take if every command were built and nothing were cached.
@Command(
        name = "startup",
        description = {
            "Measure how long \"evenhand --help\" and \"evenhand list\" take, in milliseconds: with the AOT",
            "cache of the build and only the named command built (helpMs, listMs), without both"
                    + " (beforeHelpMs,",
            "beforeListMs), and the launcher alone (launcherMs). Medians of 10, in turn."
        },
        footer = {"", "Example:", "  evenhand bench startup --json"})
final class StartupCommand implements Callable<Integer> {
    private static final int ROUNDS = 10;

    /// The launcher reads it.
    private static final String BEFORE = "EVENHAND_BENCH_BEFORE";

    private final Shell shell;

    StartupCommand(Shell shell) {
        this.shell = shell;
    }

    /// @param nanos of each round
    private record Start(List<String> words, Map<String, String> environment, List<Long> nanos) {
        Start(List<String> words, Map<String, String> environment) {
            this(words, environment, new ArrayList<>());
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("evenhand-startup-");
        try {
            Path launcher = Path.of(System.getProperty("evenhand.root", "."), "evenhand");
            Map<String, Start> starts = starts(launcher.toString(), node(folder), jdk(folder));
            // The first time, files come from the disk.
            for (int round = -1; round < ROUNDS; round++) {
                for (Start start : starts.values()) {
                    long time = run(start, folder.resolve("output"));
                    if (round >= 0) {
                        start.nanos().add(time);
                    }
                }
            }
            report(starts);
            return ExitCode.OK.code();
        } finally {
            delete(folder);
        }
    }

    private static Map<String, Start> starts(String launcher, Path node, Path jdk) {
        List<String> help = List.of(launcher, "--help");
        List<String> list = List.of(launcher, "list", "--home", node.toString());
        Map<String, Start> starts = new LinkedHashMap<>();
        starts.put("helpMs", new Start(help, Map.of()));
        starts.put("beforeHelpMs", new Start(help, Map.of(BEFORE, "1")));
        starts.put("listMs", new Start(list, Map.of()));
        starts.put("beforeListMs", new Start(list, Map.of(BEFORE, "1")));
        starts.put("launcherMs", new Start(list, Map.of("JAVA_HOME", jdk.toString())));
        return starts;
    }

    /// A node without an exchange.
    private static Path node(Path folder) throws IOException {
        Path node = Files.createDirectory(folder.resolve("node"));
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(node), Optional.empty(), new SecureRandom());
        Store.open(node, keys, InstantSource.system()).close();
        new Config(Optional.empty()).save(node.resolve("config.yaml"));
        return node;
    }

    /// What the launcher takes for a JDK, with a `java` that ends at once.
    private static Path jdk(Path folder) throws IOException {
        Path jdk = Files.createDirectory(folder.resolve("jdk"));
        Files.createDirectory(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
        for (String program : List.of("java", "javac")) {
            Path file = Files.writeString(jdk.resolve("bin").resolve(program), "#!/bin/sh\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        }
        return jdk;
    }

    private static long run(Start start, Path output) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(start.words())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().putAll(start.environment());
        long begun = System.nanoTime();
        int exit = ChildProcess.start(builder).waitFor();
        long time = System.nanoTime() - begun;
        if (exit != 0) {
            throw new CliException(
                    ExitCode.FAILED,
                    String.join(" ", start.words()) + " fails: " + Files.readString(output));
        }
        return time;
    }

    private void report(Map<String, Start> starts) {
        Map<String, Object> fields = new LinkedHashMap<>();
        starts.forEach((name, start) -> fields.put(name, median(start.nanos())));
        shell.output()
                .summary(
                        fields,
                        ("--help %s ms (before %s), list %s ms (before %s), of which the launcher"
                                        + " %s ms")
                                .formatted(fields.values().toArray()));
    }

    private static long median(List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return (sorted.get((ROUNDS - 1) / 2) + sorted.get(ROUNDS / 2)) / 2_000_000;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
