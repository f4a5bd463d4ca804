package io.evenhand.demo.delegation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Units;
import io.evenhand.demo.stage.Party;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `evenhand bench transfer`: one exchange of a large work.
@Command(
        name = "transfer",
        description = {
            "Let one exchange of a large random work settle, between processes of 256 MiB of heap,",
            "and say how long each stage took and how much memory each process had.",
            "It needs three times the size on the disk of the temporary directory."
        },
        footer = {"", "Example:", "  evenhand bench transfer --size 10GiB --json"})
public final class TransferCommand implements Callable<Integer> {
    /// 10 GiB on a slow disk.
    private static final Duration LIMIT = Duration.ofHours(3);

    private static final Duration LOOK = Duration.ofMillis(500);

    private static final long MEBI = 1 << 20;

    private final Shell shell;
    private final List<Map<String, Object>> stages = new ArrayList<>();
    private final Map<String, Long> peaks = new LinkedHashMap<>();
    private long begun = System.nanoTime();

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "256MiB",
            description = "Size of the work, as in 10GiB (default ${DEFAULT-VALUE}).")
    private String size = "";

    public TransferCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long bytes = Units.size(size);
        if (bytes < 1) {
            throw CliException.usage("--size is 1 B at least");
        }
        long free =
                Files.getFileStore(Path.of(System.getProperty("java.io.tmpdir"))).getUsableSpace();
        if (free < bytes / 10 * 36) {
            throw new CliException(
                    ExitCode.STORAGE,
                    ("%s are free in the temporary directory, 3.6 times %s are needed; choose another"
                                    + " with EVENHAND_JAVA_OPTS=-Djava.io.tmpdir=DIR")
                            .formatted(Units.showSize(free), Units.showSize(bytes)));
        }
        try (BenchCluster cluster = BenchCluster.start(service(bytes), 1, this::hear)) {
            Path input = cluster.folder().resolve("input");
            Files.writeString(input, "noise, please\n");
            String policy = "policy: size\natLeast: %d\natMost: %d\n".formatted(bytes, bytes);
            Party customer = cluster.customer(1, 1, input, policy);
            JsonNode _ = customer.await(type("ready"), LIMIT, "join");
            begun = System.nanoTime();
            customer.tell("begin");
            long end = System.nanoTime() + LIMIT.toNanos();
            while (!customer.ended(LOOK) && System.nanoTime() < end) {
                for (Party party : cluster.parties()) {
                    peak(party);
                }
            }
            return report(bytes, customer.await(type("over"), LOOK, "come to an end"));
        }
    }

    private static String service(long bytes) {
        return """
        name: noise
        about: gives so many random bytes
        price: 0.001 eth
        command: ["sh", "-c", "head -c %d /dev/urandom >\\"$0\\"", "{output}"]
        limits: { inputBytes: 1048576, workBytes: %d, seconds: 36000, attempts: 1 }
        policies: [size]
        """
                .formatted(bytes, bytes);
    }

    private static Predicate<JsonNode> type(String type) {
        return line -> line.path("type").asText().equals(type);
    }

    private synchronized void hear(String name, JsonNode line) {
        String stage =
                line.path("type").asText().equals("stage")
                        ? line.path("stage").asText()
                        : line.path("event").asText().equals("StateChanged")
                                ? line.path("to").asText()
                                : "";
        if (!stage.isEmpty()) {
            double at = seconds();
            stages.add(Map.of("party", name, "stage", stage, "atSeconds", at));
            shell.output().note("%8.1f s  %-12s %s".formatted(at, name, stage));
        }
    }

    private double seconds() {
        return Math.round((System.nanoTime() - begun) / 1e8) / 10.0;
    }

    /// The most memory a process had in RAM so far, where the system says so.
    private void peak(Party party) {
        Path status = Path.of("/proc", "" + party.processId(), "status");
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmHWM:")) {
                    long kibi = Long.parseLong(line.replaceAll("\\D", ""));
                    peaks.put(party.name(), kibi >> 10);
                }
            }
        } catch (IOException e) {
            // It has just ended, or this is another system.
        }
    }

    private int report(long bytes, JsonNode over) {
        boolean settled =
                over.path("outcome").asText().equals("Settled")
                        && over.path("workBytes").asLong() == bytes;
        double seconds = seconds();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("workBytes", bytes);
        fields.put("settled", settled);
        fields.put("seconds", seconds);
        fields.put("mibPerSecond", Math.round(bytes / seconds / MEBI * 10) / 10.0);
        fields.put("peakRssMiB", peaks);
        synchronized (this) {
            fields.put("stages", List.copyOf(stages));
        }
        shell.output()
                .summary(
                        fields,
                        "%s: %s in %.1f s; most memory in MiB: %s"
                                .formatted(
                                        settled ? "settled" : "NOT settled: " + over,
                                        Units.showSize(bytes),
                                        seconds,
                                        peaks));
        return (settled ? ExitCode.OK : ExitCode.FAILED).code();
    }
}
