package io.evenhand.demo.delegation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import io.evenhand.demo.stage.Party;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `evenhand bench rpc`: how often a node asks its endpoint.
@Command(
        name = "rpc",
        description = {
            "Count what provider and customer ask their endpoint, over WebSocket and at the pace of"
                    + " a public chain: while nothing is open, and while one delegation is.",
            "Each element of a batch counts as a call. What is printed is the party that asks more."
        },
        footer = {"", "Example:", "  evenhand bench rpc --block-time 0.2 --json"})
public final class RpcCommand implements Callable<Integer> {
    private static final String SERVICE =
            """
            name: copy
            about: gives back what it got
            price: 0.1 eth
            command: ["sh", "-c", "sleep SECONDS; cp {input} {output}"]
            limits: { inputBytes: 1024, workBytes: 1024, seconds: 600, attempts: 1 }
            policies: [size]
            """;

    private static final String POLICY = "policy: size\natLeast: 1\natMost: 1024\n";

    private static final int MOST_SECONDS = 600;

    private static final Duration LIMIT = Duration.ofMinutes(30);

    private static final Duration LOOK = Duration.ofMillis(500);

    private static final double HOUR = 3_600;

    private final Shell shell;

    @Option(
            names = "--block-time",
            paramLabel = "SECONDS",
            defaultValue = "0.2",
            description =
                    "Let this many seconds pass between two blocks, less than one (default ${DEFAULT-VALUE}).")
    private double blockTime = 0.2;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "60",
            description =
                    "Count this long while idle, and let the work take as long (default"
                            + " ${DEFAULT-VALUE}).")
    private int seconds = 60;

    public RpcCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(blockTime >= 0.05 && blockTime < 1)) {
            throw CliException.usage("--block-time is 0.05 to less than 1");
        }
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw CliException.usage("--seconds is 1 to " + MOST_SECONDS);
        }
        try (BenchCluster cluster =
                BenchCluster.fast(SERVICE.replace("SECONDS", "" + seconds), 1, blockTime)) {
            Path input = cluster.folder().resolve("input");
            Files.write(input, new byte[512]);
            Party customer = cluster.customer(1, 1, input, POLICY);
            JsonNode _ = customer.await(type("ready"), LIMIT, "join");
            // The first looks of a start are not what an idle node does.
            rest(customer, Duration.ofSeconds(5));
            Count idle = Count.of(cluster);
            rest(customer, Duration.ofSeconds(seconds));
            double idleCalls = Count.of(cluster).perHourSince(idle);
            Count before = Count.of(cluster);
            customer.tell("begin");
            customer.tell("finish");
            JsonNode over = customer.await(type("over"), LIMIT, "settle");
            double openCalls = Count.of(cluster).perHourSince(before);
            return report(idleCalls, openCalls, over);
        }
    }

    private static Predicate<JsonNode> type(String type) {
        return line -> line.path("type").asText().equals(type);
    }

    /// Nothing ends this wait early but the end of the party.
    private static void rest(Party party, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            if (party.ended(LOOK)) {
                throw new CliException(ExitCode.FAILED, "the " + party.name() + " has ended");
            }
        }
    }

    private int report(double idle, double open, JsonNode over) {
        boolean settled = over.path("outcome").asText().equals("Settled");
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("blockSeconds", blockTime);
        fields.put("idleCallsPerHour", Math.round(idle));
        fields.put("openCallsPerHour", Math.round(open));
        fields.put("openSeconds", over.path("millis").asLong() / 1_000);
        fields.put("settled", settled);
        shell.output()
                .summary(
                        fields,
                        "%d calls an hour while idle, %d with one delegation open%s"
                                .formatted(
                                        Math.round(idle),
                                        Math.round(open),
                                        settled ? "" : "; it did not settle: " + over));
        return (settled ? ExitCode.OK : ExitCode.FAILED).code();
    }

    /// Calls of each party up to a time.
    private record Count(long nanos, Map<Party, Long> calls) {
        static Count of(BenchCluster cluster) throws IOException, InterruptedException {
            Map<Party, Long> calls = new LinkedHashMap<>();
            for (Party party : asking(cluster)) {
                calls.put(party, Quiet.costsOf(party).getOrDefault("rpc_calls", 0L));
            }
            return new Count(System.nanoTime(), calls);
        }

        /// The stamper asks no chain.
        private static List<Party> asking(BenchCluster cluster) {
            return cluster.parties().stream()
                    .filter(party -> !party.name().equals("stamper"))
                    .toList();
        }

        double perHourSince(Count before) {
            double hours = (nanos - before.nanos) / 1e9 / HOUR;
            return calls.entrySet().stream()
                            .mapToLong(
                                    e -> e.getValue() - before.calls.getOrDefault(e.getKey(), 0L))
                            .max()
                            .orElse(0)
                    / hours;
        }
    }
}
