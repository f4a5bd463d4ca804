package io.evenhand.demo.delegation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.demo.stage.Party;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Delegations that are kept open, and what each of them costs while it goes on like that.
///
/// @param slots exchanges that are open at a time
/// @param window how long they are measured, once they go on evenly
/// @param workBytes what each work has to have
record SteadyRun(
        BenchCluster cluster,
        List<Party> customers,
        int slots,
        Duration window,
        long workBytes,
        Output output) {
    /// As many as are kept open have gone round by then, unless this machine is very slow.
    private static final Duration WARM_UP = Duration.ofMinutes(3);

    private static final Duration LOOK = Duration.ofMillis(500);

    private static final Duration LIMIT = Duration.ofMinutes(30);

    /// What an exchange cost, and how they ended.
    ///
    /// @param millis how long each took that ended in the window, in order
    /// @param cost of one exchange, by name
    /// @param cpuMillis of one exchange, by party
    /// @param begun in all, before and after the window too
    /// @param settled of them, whole
    /// @param fair nobody paid for nothing, nobody worked for nothing, nothing is locked
    record Result(
            List<Long> millis,
            double seconds,
            Map<String, Double> cost,
            Map<String, Double> cpuMillis,
            int begun,
            int settled,
            boolean fair) {}

    /// All parties together at one time.
    ///
    /// @param ended exchanges of each customer
    private record Sample(
            long nanos,
            Map<Party, Integer> ended,
            Map<String, Long> cost,
            Map<String, Long> cpuMillis) {
        int ended(Party customer) {
            return ended.getOrDefault(customer, 0);
        }
    }

    Result measure() throws InterruptedException, IOException {
        tell("begin");
        long start = System.nanoTime();
        while (System.nanoTime() - start < WARM_UP.toNanos() && ended() < slots) {
            look();
        }
        output.note("%d are over; measuring".formatted(ended()));
        Sample before = sample();
        while (System.nanoTime() - before.nanos() < window.toNanos()) {
            look();
        }
        Sample after = sample();
        tell("finish");
        long end = System.nanoTime() + LIMIT.toNanos();
        for (Party customer : customers) {
            while (!customer.ended(LOOK)) {
                if (System.nanoTime() > end) {
                    throw new CliException(ExitCode.FAILED, "what is open does not come to an end");
                }
            }
        }
        return result(before, after);
    }

    private void tell(String line) throws IOException {
        for (Party customer : customers) {
            customer.tell(line);
        }
    }

    private void look() throws InterruptedException {
        for (Party party : cluster.parties()) {
            if (party.ended(LOOK.dividedBy(cluster.parties().size()))) {
                throw new CliException(ExitCode.FAILED, "the " + party.name() + " has ended");
            }
        }
    }

    private static Predicate<JsonNode> type(String type) {
        return line -> line.path("type").asText().equals(type);
    }

    private static List<JsonNode> over(Party customer) {
        return customer.heard(type("over"));
    }

    private int ended() {
        return customers.stream().mapToInt(customer -> over(customer).size()).sum();
    }

    private Sample sample() throws InterruptedException, IOException {
        Map<Party, Integer> ended = new LinkedHashMap<>();
        Map<String, Long> cost = new TreeMap<>();
        Map<String, Long> cpu = new LinkedHashMap<>();
        for (Party party : cluster.parties()) {
            cpu.merge(part(party), Processor.millis(party.processId()), Long::sum);
            Quiet.costsOf(party).forEach((name, sum) -> cost.merge(name, sum, Long::sum));
        }
        cpu.put("chain", Processor.millis(cluster.chainProcess()));
        for (Party customer : customers) {
            ended.put(customer, over(customer).size());
        }
        return new Sample(System.nanoTime(), ended, cost, cpu);
    }

    private static String part(Party party) {
        return party.name().split("-", 2)[0];
    }

    private Result result(Sample before, Sample after) throws IOException, InterruptedException {
        List<Long> millis = new ArrayList<>();
        for (Party customer : customers) {
            over(customer)
                    .subList(before.ended(customer), after.ended(customer))
                    .forEach(line -> millis.add(line.path("millis").asLong()));
        }
        millis.sort(null);
        int count = Math.max(1, millis.size());
        return new Result(
                millis,
                (after.nanos() - before.nanos()) / 1e9,
                each(before.cost(), after.cost(), count),
                each(before.cpuMillis(), after.cpuMillis(), count),
                ended(),
                settled(),
                settled() == ended() && isPaid(ended()));
    }

    private static Map<String, Double> each(
            Map<String, Long> before, Map<String, Long> after, int count) {
        Map<String, Double> each = new LinkedHashMap<>();
        after.forEach((name, sum) ->
                each.put(
                        name,
                        Math.round((sum - before.getOrDefault(name, 0L)) * 10.0 / count) / 10.0));
        return each;
    }

    private int settled() {
        int settled = 0;
        for (Party customer : customers) {
            for (JsonNode over : over(customer)) {
                boolean whole =
                        over.path("outcome").asText().equals("Settled")
                                && over.path("workBytes").asLong() == workBytes;
                settled += whole ? 1 : 0;
                if (!whole) {
                    output.note("not settled: " + over);
                }
            }
        }
        return settled;
    }

    /// Whether the provider took so many wages and nothing is left in the contract; it may be a
    /// block behind.
    private boolean isPaid(int wages) throws InterruptedException, IOException {
        long end = System.nanoTime() + WARM_UP.toNanos();
        while (System.nanoTime() < end) {
            if (claimed() == wages && cluster.locked().equals(Wei.ZERO)) {
                return true;
            }
            look(cluster.parties().getFirst());
        }
        output.note("%d wages were taken, %s are locked".formatted(claimed(), cluster.locked()));
        return false;
    }

    private static void look(Party party) throws InterruptedException {
        boolean _ = party.ended(LOOK);
    }

    private long claimed() {
        Path home = cluster.home("provider");
        StateCodec<ProviderState> codec = new StateCodec<>(ProviderState.class);
        try (Store store = Store.openForReading(home)) {
            return store.sessions().all().stream()
                    .filter(row -> row.key().role().equals(DelegationRoles.PROVIDER))
                    .map(row -> codec.decode(row.state()))
                    .filter(ProviderState.Settled.class::isInstance)
                    .count();
        }
    }
}
