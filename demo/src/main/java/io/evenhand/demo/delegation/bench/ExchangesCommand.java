package io.evenhand.demo.delegation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.CliException;
import io.evenhand.cli.Config;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.demo.stage.Party;
import io.evenhand.ledger.evm.FinalityPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `evenhand bench exchanges`: many delegations at once with one provider.
@Command(
        name = "exchanges",
        description = {
            "Let one provider serve many delegations at once, on a local chain with blocks of a"
                    + " second.",
            "Chain, stamper, provider and each customer are processes of their own.",
            "With --inflight it keeps so many open, lets them warm up, and says what each one that"
                    + " ends in a window of time costs all parties together: processor time by"
                    + " party, calls to the chain, flushes of files, bytes between peers."
        },
        footer = {
            "",
            "Example:",
            "  evenhand bench exchanges --inflight 400 --seconds 120 --json",
            "  evenhand bench exchanges --count 100 --json"
        })
public final class ExchangesCommand implements Callable<Integer> {
    private static final String SERVICE =
            """
            name: copy
            about: gives back what it got
            price: 0.005 eth
            command: ["cp", "{input}", "{output}"]
            limits: { inputBytes: 1048576, workBytes: 1048576, seconds: 600, attempts: 1 }
            policies: [size]
            """;

    /// More than are ever open or ended in one run.
    private static final String ROOM =
            """
            capacity: { exchanges: 100000, exchangesPerCustomer: 100000, \
            unpaidPerCustomer: 100000, fruitlessPerCustomer: 100000 }
            """;

    private static final String POLICY = "policy: size\natLeast: 1\natMost: 1048576\n";

    private static final int WORK_BYTES = 16 * 1024;

    private static final int MAX_COUNT = 10_000;

    private static final int MAX_INFLIGHT = 400;

    private static final int MAX_SECONDS = 3_600;

    private static final Duration LIMIT = Duration.ofMinutes(30);

    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Shell shell;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "100",
            description = "Have this many delegations at once (default ${DEFAULT-VALUE}).")
    private int count = 100;

    @Option(
            names = "--customers",
            paramLabel = "N",
            defaultValue = "4",
            description = "Let this many customers share them, 1 to 8 (default ${DEFAULT-VALUE}).")
    private int customers = 4;

    @Option(
            names = "--inflight",
            paramLabel = "N",
            description = "Keep so many open for --seconds instead, 1 to 400.")
    private Optional<Integer> inflight = Optional.empty();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "60",
            description = "Measure this long with --inflight (default ${DEFAULT-VALUE}).")
    private int seconds = 60;

    public ExchangesCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (count < 1 || count > MAX_COUNT) {
            throw CliException.usage("--count is 1 to " + MAX_COUNT);
        }
        if (customers < 1 || customers > BenchCluster.MAX_CUSTOMERS) {
            throw CliException.usage("--customers is 1 to " + BenchCluster.MAX_CUSTOMERS);
        }
        if (inflight.isPresent()) {
            return steady(inflight.get());
        }
        int used = Math.min(customers, count);
        try (BenchCluster cluster = BenchCluster.start(SERVICE, used, (_, _) -> {})) {
            List<Party> parties = customers(cluster, used, count);
            long start = System.nanoTime();
            for (Party party : parties) {
                party.tell("begin");
            }
            watch(parties, start);
            return report(parties, (System.nanoTime() - start) / 1e9);
        }
    }

    private static List<Party> customers(BenchCluster cluster, int used, int all)
            throws IOException, InterruptedException {
        Path input = cluster.folder().resolve("input");
        Files.write(input, new byte[WORK_BYTES]);
        List<Party> parties = new ArrayList<>();
        for (int i = 1; i <= used; i++) {
            int share = all / used + (i <= all % used ? 1 : 0);
            parties.add(cluster.customer(i, share, input, POLICY));
        }
        for (Party party : parties) {
            JsonNode _ = party.await(type("ready"), LIMIT, "join");
        }
        return parties;
    }

    private int steady(int slots) throws IOException, InterruptedException {
        if (slots < 1 || slots > MAX_INFLIGHT) {
            throw CliException.usage("--inflight is 1 to " + MAX_INFLIGHT);
        }
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw CliException.usage("--seconds is 1 to " + MAX_SECONDS);
        }
        int used = Math.min(customers, slots);
        try (BenchCluster cluster = BenchCluster.quiet(SERVICE + ROOM, used)) {
            SteadyRun run =
                    new SteadyRun(
                            cluster,
                            customers(cluster, used, slots),
                            slots,
                            Duration.ofSeconds(seconds),
                            WORK_BYTES,
                            shell.output());
            return report(run.measure(), used, slots);
        }
    }

    private int report(SteadyRun.Result run, int used, int slots) {
        double cpu = run.cpuMillis().values().stream().mapToDouble(Double::doubleValue).sum();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("inflight", slots);
        fields.put("count", run.begun());
        fields.put("settled", run.settled());
        fields.put("fair", run.fair());
        fields.put("measured", run.millis().size());
        figures(fields, run.millis(), run.seconds(), used);
        fields.put("cpuMillis", run.cpuMillis());
        fields.put("cpuMillisAll", Math.round(cpu));
        fields.put("rpcCalls", run.cost().get("rpc_calls"));
        fields.put("flushes", run.cost().get("flushes"));
        fields.put("bytes", run.cost().get("peer_bytes"));
        shell.output()
                .summary(
                        fields,
                        ("%d of %d settled, %s; %s a second; half within %s ms, 99 %% within %s ms%n"
                                        + "each: %s ms of processor time, %s calls to the chain,"
                                        + " %s flushes, %s bytes between peers")
                                .formatted(
                                        run.settled(),
                                        run.begun(),
                                        run.fair() ? "all fair" : "NOT all fair",
                                        fields.get("perSecond"),
                                        fields.get("p50Ms"),
                                        fields.get("p99Ms"),
                                        fields.get("cpuMillisAll"),
                                        fields.get("rpcCalls"),
                                        fields.get("flushes"),
                                        fields.get("bytes")));
        return (run.fair() ? ExitCode.OK : ExitCode.FAILED).code();
    }

    private static Predicate<JsonNode> type(String type) {
        return line -> line.path("type").asText().equals(type);
    }

    /// Until every exchange is over; how many stand where goes to the error stream.
    private void watch(List<Party> parties, long start) throws InterruptedException {
        String told = "";
        for (Party party : parties) {
            while (!party.ended(LOOK)) {
                if (System.nanoTime() - start > LIMIT.toNanos()) {
                    throw new CliException(
                            ExitCode.FAILED, "not over after " + LIMIT.toMinutes() + " minutes");
                }
                String now = stages(parties).toString();
                if (!now.equals(told)) {
                    told = now;
                    shell.output()
                            .note(
                                    "%4d s  %s"
                                            .formatted(
                                                    (System.nanoTime() - start) / 1_000_000_000,
                                                    now));
                }
            }
        }
    }

    private static Map<String, Integer> stages(List<Party> parties) {
        Map<String, String> each = new LinkedHashMap<>();
        for (Party party : parties) {
            for (JsonNode line : party.heard(type("stage"))) {
                each.put(line.path("exchange").asText(), line.path("stage").asText());
            }
        }
        Map<String, Integer> stages = new TreeMap<>();
        each.values().forEach(stage -> stages.merge(stage, 1, Integer::sum));
        return stages;
    }

    private int report(List<Party> parties, double took) {
        List<Long> millis = new ArrayList<>();
        for (Party party : parties) {
            for (JsonNode over : party.heard(type("over"))) {
                if (over.path("outcome").asText().equals("Settled")) {
                    millis.add(over.path("millis").asLong());
                } else {
                    shell.output().note("not settled: " + over);
                }
            }
        }
        millis.sort(null);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("count", count);
        fields.put("settled", millis.size());
        figures(fields, millis, took, parties.size());
        Output output = shell.output();
        output.summary(
                fields,
                "%d of %d settled in %.1f s: %s a second; half within %s ms, 99 %% within %s ms"
                        .formatted(
                                millis.size(),
                                count,
                                took,
                                fields.get("perSecond"),
                                fields.get("p50Ms"),
                                fields.get("p99Ms")));
        return (millis.size() == count ? ExitCode.OK : ExitCode.FAILED).code();
    }

    private static void figures(
            Map<String, Object> fields, List<Long> millis, double took, int used) {
        fields.put("perSecond", Math.round(millis.size() / took * 100) / 100.0);
        fields.put("p50Ms", quantile(millis, 50));
        fields.put("p99Ms", quantile(millis, 99));
        fields.put("confirmations", ((FinalityPolicy.Depth) Config.Pace.LOCAL.finality()).blocks());
        fields.put("blockSeconds", BenchCluster.BLOCK_SECONDS);
        fields.put("customers", used);
        fields.put("seconds", Math.round(took * 10) / 10.0);
    }

    /// The least value that so many of a hundred do not exceed.
    private static long quantile(List<Long> sorted, int percent) {
        if (sorted.isEmpty()) {
            return -1;
        }
        return sorted.get(Math.ceilDiv(sorted.size() * percent, 100) - 1);
    }
}
