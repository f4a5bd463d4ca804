package io.evenhand.demo.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/// `evenhand bench journal`: what the journal stores in a second, for one session and for many.
@Command(
        name = "journal",
        description = {
            "Measure how many messages a journal lets a node receive and answer in a second, for 1, 16"
                    + " and 64 sessions at once.",
            "It works in the folder for temporary files (TMPDIR), which must be on a disk."
        },
        footer = {"", "Example:", "  evenhand bench journal --json"})
public final class JournalCommand implements Callable<Integer> {
    private static final List<Integer> SESSIONS = List.of(1, 16, 64);

    /// One after the other and again, as a disk is not equally fast all the time.
    private static final int ROUNDS = 10;

    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration TIME = Duration.ofSeconds(1);
    private static final int FLUSHES = 100;
    private static final int PAGE = 4096;

    private final Shell shell;

    public JournalCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Path folder = Files.createTempDirectory("evenhand-journal-");
        try {
            String kind = Files.getFileStore(folder).type();
            if (kind.equals("tmpfs") || kind.equals("ramfs")) {
                throw CliException.usage(
                        folder + " is in memory: set TMPDIR to a folder on a disk");
            }
            NodeKeys keys =
                    NodeKeys.create(
                            DataDirectory.identityFile(folder),
                            Optional.empty(),
                            new SecureRandom());
            try (Store store = Store.open(folder, keys, InstantSource.system())) {
                report(measure(new JournalLoad(store)), flushMillis(folder));
            }
            return ExitCode.OK.code();
        } finally {
            delete(folder);
        }
    }

    private static Map<Integer, JournalLoad.Result> measure(JournalLoad load)
            throws InterruptedException, ExecutionException {
        JournalLoad.Result _ = load.run(SESSIONS.getLast(), WARM_UP);
        Map<Integer, JournalLoad.Result> results = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int sessions : SESSIONS) {
                results.merge(sessions, load.run(sessions, TIME), JournalLoad.Result::and);
            }
        }
        return results;
    }

    private void report(Map<Integer, JournalLoad.Result> results, double flushMillis) {
        Output output = shell.output();
        results.forEach((sessions, result) -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("sessions", sessions);
            fields.put("messagesPerSecond", perSecond(result, result.messages()));
            fields.put("commitsPerSecond", perSecond(result, result.commits()));
            fields.put("flushesPerSecond", perSecond(result, result.flushes()));
            fields.put("flushesPerMessage", flushesPerMessage(result));
            fields.put("cpuMicrosPerMessage", cpuMicros(result));
            output.event("journal", fields, line(fields));
        });
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("messagesPerSecond", each(results, r -> perSecond(r, r.messages())));
        summary.put("commitsPerSecond", each(results, r -> perSecond(r, r.commits())));
        summary.put("flushesPerSecond", each(results, r -> perSecond(r, r.flushes())));
        summary.put("flushesPerMessage", each(results, JournalCommand::flushesPerMessage));
        summary.put("cpuMicrosPerMessage", each(results, JournalCommand::cpuMicros));
        double speedup = speedup(results);
        summary.put("speedup", speedup);
        summary.put("flushMillis", flushMillis);
        output.summary(
                summary,
                "64 sessions do %.1f x as much as one; a flush of this disk alone takes %.3f ms"
                        .formatted(speedup, flushMillis));
    }

    private static String line(Map<String, Object> fields) {
        return ("%3d sessions: %,9.1f messages/s %,9.1f commits/s %,8.1f flushes/s"
                        + " %6.3f flushes/message %,8.1f us cpu/message")
                .formatted(fields.values().toArray());
    }

    /// Keyed by the number of sessions.
    private static Map<String, Double> each(
            Map<Integer, JournalLoad.Result> results, ToDoubleFunction<JournalLoad.Result> value) {
        Map<String, Double> each = new LinkedHashMap<>();
        results.forEach((sessions, result) ->
                each.put(Integer.toString(sessions), value.applyAsDouble(result)));
        return each;
    }

    private static double speedup(Map<Integer, JournalLoad.Result> results) {
        List<Double> speeds = List.copyOf(each(results, r -> r.messages() / r.seconds()).values());
        return rounded(speeds.getLast() / speeds.getFirst(), 10);
    }

    private static double perSecond(JournalLoad.Result result, long count) {
        return rounded(count / result.seconds(), 10);
    }

    private static double flushesPerMessage(JournalLoad.Result result) {
        return rounded((double) result.flushes() / result.messages(), 1000);
    }

    private static double cpuMicros(JournalLoad.Result result) {
        return rounded(result.cpuSeconds() * 1e6 / result.messages(), 10);
    }

    private static double rounded(double value, int parts) {
        return (double) Math.round(value * parts) / parts;
    }

    /// The median, for some pages at the end of a file: what the disk alone makes a commit wait.
    private static double flushMillis(Path folder) throws IOException {
        double[] millis = new double[FLUSHES];
        try (FileChannel file =
                FileChannel.open(
                        folder.resolve("flushed"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
            for (int i = 0; i < FLUSHES; i++) {
                int _ = file.write(ByteBuffer.allocate(4 * PAGE));
                long start = System.nanoTime();
                file.force(false);
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        return rounded(millis[FLUSHES / 2], 1000);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
