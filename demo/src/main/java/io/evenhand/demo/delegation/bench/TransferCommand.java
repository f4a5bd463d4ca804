package io.evenhand.demo.delegation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Units;
import io.evenhand.demo.stage.Party;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.kit.value.Bytes32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `evenhand bench transfer`: one exchange of a large work.
@Command(
        name = "transfer",
        description = {
            "Let one exchange of a large random work settle, between processes of 256 MiB of heap,",
            "and say how fast each phase was, beside one core with openssl and the disk in the",
            "same run, and how much memory each process had.",
            "It needs 3.6 times the size on the disk of the temporary directory, and 1 GiB."
        },
        footer = {"", "Example:", "  evenhand bench transfer --size 10GiB --json"})
public final class TransferCommand implements Callable<Integer> {
    /// 10 GiB on a slow disk.
    private static final Duration LIMIT = Duration.ofHours(3);

    private static final Duration LOOK = Duration.ofMillis(500);

    private static final long MEBI = 1 << 20;

    /// What is written to see how fast the disk is.
    private static final long MOST_ON_DISK = 1L << 30;

    private final Shell shell;
    private final Phases phases = new Phases();
    private final Map<String, Long> peaks = new LinkedHashMap<>();
    private volatile List<Party> parties = List.of();

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "256MiB",
            description = "Move a work of this size, as in 10GiB (default ${DEFAULT-VALUE}).")
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
        long needed = bytes / 10 * 36 + Math.min(bytes, MOST_ON_DISK);
        if (free < needed) {
            throw new CliException(
                    ExitCode.STORAGE,
                    ("%s are free in the temporary directory, %s are needed; choose another with"
                                    + " EVENHAND_JAVA_OPTS=-Djava.io.tmpdir=DIR")
                            .formatted(Units.showSize(free), Units.showSize(needed)));
        }
        try (BenchCluster cluster = BenchCluster.start(service(bytes), 1, this::hear)) {
            Path input = cluster.folder().resolve("input");
            Files.writeString(input, "noise, please\n");
            String policy = "policy: size\natLeast: %d\natMost: %d\n".formatted(bytes, bytes);
            Party customer = cluster.customer(1, 1, input, policy);
            parties = cluster.parties();
            JsonNode _ = customer.await(type("ready"), LIMIT, "join");
            phases.begin();
            customer.tell("begin");
            long end = System.nanoTime() + LIMIT.toNanos();
            while (!customer.ended(LOOK) && System.nanoTime() < end) {
                for (Party party : cluster.parties()) {
                    peak(party);
                }
            }
            JsonNode over = customer.await(type("over"), LOOK, "come to an end");
            double seconds = phases.seconds();
            return report(bytes, over, seconds, beside(cluster.folder(), bytes));
        }
    }

    private static String service(long bytes) {
        return """
        name: noise
        about: gives so many random bytes
        price: 0.005 eth
        command: ["sh", "-c", "head -c %d /dev/urandom >\\"$0\\"", "{output}", "{input}"]
        limits: { inputBytes: 1048576, workBytes: %d, seconds: 36000, attempts: 1 }
        policies: [size]
        """
                .formatted(bytes, bytes);
    }

    private static Predicate<JsonNode> type(String type) {
        return line -> line.path("type").asText().equals(type);
    }

    private void hear(String name, JsonNode line) {
        String stage =
                line.path("type").asText().equals("stage")
                        ? line.path("stage").asText()
                        : line.path("event").asText().equals("StateChanged")
                                ? line.path("to").asText()
                                : "";
        if (!stage.isEmpty()) {
            phases.reached(name, stage, parties);
            shell.output().note("%8.1f s  %-12s %s".formatted(phases.seconds(), name, stage));
        }
    }

    /// What the machine does in the same minute: one core with openssl, this disk, and a hash over
    /// all cores.
    private Map<String, Object> beside(Path folder, long bytes)
            throws IOException, InterruptedException {
        Map<String, Object> fields = new LinkedHashMap<>();
        Optional<Path> openssl = OneCore.find();
        if (openssl.isEmpty()) {
            shell.output().note("openssl is not in PATH: nothing to compare seal and open with");
        } else {
            OneCore core = OneCore.measure(openssl.get());
            shell.output().note(core.line());
            fields.put("openssl", core.fields());
            for (String phase : List.of("seal", "open")) {
                phases.mebiPerSecond(phase, bytes)
                        .ifPresent(speed ->
                                fields.put(
                                        phase + "OfOneCore",
                                        Math.round(speed / core.both() * 100) / 100.0));
            }
        }
        Path file = folder.resolve("disk");
        long size = Math.min(bytes, MOST_ON_DISK);
        long start = System.nanoTime();
        try (NewFile out = NewFile.at(file)) {
            byte[] block = new byte[(int) MEBI];
            for (long at = 0; at < size; at += block.length) {
                out.write(block, 0, (int) Math.min(block.length, size - at));
            }
            out.commit();
        }
        fields.put("diskMibPerSecond", mebiPerSecond(size, start));
        start = System.nanoTime();
        Bytes32 _ = PlainRoot.of(file);
        fields.put("hashMibPerSecond", mebiPerSecond(size, start));
        return fields;
    }

    private static double mebiPerSecond(long bytes, long startNanos) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return Math.round(bytes / seconds / MEBI * 10) / 10.0;
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

    private int report(long bytes, JsonNode over, double seconds, Map<String, Object> beside) {
        boolean settled =
                over.path("outcome").asText().equals("Settled")
                        && over.path("workBytes").asLong() == bytes;
        Map<String, Map<String, Object>> all = phases.all(bytes);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("workBytes", bytes);
        fields.put("settled", settled);
        fields.put("seconds", seconds);
        fields.put("mibPerSecond", Math.round(bytes / seconds / MEBI * 10) / 10.0);
        fields.put("phases", all);
        fields.putAll(beside);
        fields.put("peakRssMiB", peaks);
        fields.put("stages", phases.stages());
        StringBuilder speeds = new StringBuilder();
        all.forEach((name, phase) ->
                speeds.append("%s %s, ".formatted(name, phase.get("mibPerSecond"))));
        shell.output()
                .summary(
                        fields,
                        "%s: %s in %.1f s; MiB/s: %sdisk %s, hash %s; most memory in MiB: %s"
                                .formatted(
                                        settled ? "settled" : "NOT settled: " + over,
                                        Units.showSize(bytes),
                                        seconds,
                                        speeds,
                                        beside.get("diskMibPerSecond"),
                                        beside.get("hashMibPerSecond"),
                                        peaks));
        return (settled ? ExitCode.OK : ExitCode.FAILED).code();
    }
}
