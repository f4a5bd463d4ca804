package io.evenhand.demo.delegation.bench;

import io.evenhand.demo.stage.Party;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// When each party of an exchange reached which stage, and how much processor time it had used by
/// then.
final class Phases {
    /// The work lies open and is not judged again yet: no state of a machine.
    static final String OPEN = "WorkOpen";

    private static final double MEBI = 1 << 20;

    private final List<Moment> moments = new ArrayList<>();
    private long begun = System.nanoTime();

    private record Moment(String party, String stage, double seconds, Map<String, Long> cpu) {}

    /// A stretch of an exchange in which a file of its size is moved or worked on.
    ///
    /// @param parties whose processor time counts
    private record Phase(String name, String from, String to, List<String> parties) {}

    private static final String CUSTOMER = "customer-1";
    private static final String PROVIDER = "provider";
    private static final String STAMPER = "stamper";

    private static final List<Phase> PHASES =
            List.of(
                    new Phase(
                            "upload",
                            PROVIDER + " Trying",
                            STAMPER + " Judging",
                            List.of(PROVIDER, STAMPER)),
                    new Phase(
                            "judge",
                            STAMPER + " Judging",
                            STAMPER + " StampMade",
                            List.of(STAMPER)),
                    new Phase(
                            "seal",
                            PROVIDER + " Sealing",
                            PROVIDER + " Delivering",
                            List.of(PROVIDER)),
                    new Phase(
                            "fetch",
                            CUSTOMER + " Fetching",
                            CUSTOMER + " Checking",
                            List.of(PROVIDER, CUSTOMER)),
                    new Phase(
                            "open",
                            CUSTOMER + " Opening",
                            CUSTOMER + " " + OPEN,
                            List.of(CUSTOMER)),
                    new Phase(
                            "judgeAgain",
                            CUSTOMER + " " + OPEN,
                            CUSTOMER + " Opened",
                            List.of(CUSTOMER)));

    /// The clock starts now.
    void begin() {
        begun = System.nanoTime();
    }

    double seconds() {
        return Math.round((System.nanoTime() - begun) / 1e7) / 100.0;
    }

    synchronized void reached(String party, String stage, List<Party> parties) {
        Map<String, Long> cpu = new LinkedHashMap<>();
        for (Party one : parties) {
            cpu.put(one.name(), cpuMillis(one));
        }
        moments.add(new Moment(party, stage, seconds(), cpu));
    }

    private static long cpuMillis(Party party) {
        return ProcessHandle.of(party.processId())
                .flatMap(handle -> handle.info().totalCpuDuration())
                .map(Duration::toMillis)
                .orElse(0L);
    }

    /// Each stage in the order in which it was heard of.
    synchronized List<Map<String, Object>> stages() {
        List<Map<String, Object>> stages = new ArrayList<>();
        for (Moment at : moments) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("party", at.party());
            fields.put("stage", at.stage());
            fields.put("atSeconds", at.seconds());
            stages.add(fields);
        }
        return stages;
    }

    /// MiB a second of a phase that came about.
    Optional<Double> mebiPerSecond(String name, long bytes) {
        return Optional.ofNullable(all(bytes).get(name))
                .map(fields -> ((Number) fields.getOrDefault("mibPerSecond", 0)).doubleValue());
    }

    /// Seconds, MiB a second and processor time of each phase that came about.
    synchronized Map<String, Map<String, Object>> all(long bytes) {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        for (Phase phase : PHASES) {
            Optional<Moment> from = find(phase.from());
            Optional<Moment> to = find(phase.to());
            if (from.isPresent() && to.isPresent()) {
                double seconds = Math.max(0.01, to.get().seconds() - from.get().seconds());
                long cpu = 0;
                for (String party : phase.parties()) {
                    cpu +=
                            to.get().cpu().getOrDefault(party, 0L)
                                    - from.get().cpu().getOrDefault(party, 0L);
                }
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("seconds", Math.round(seconds * 100) / 100.0);
                fields.put("mibPerSecond", Math.round(bytes / seconds / MEBI * 10) / 10.0);
                fields.put("cpuMillis", cpu);
                all.put(phase.name(), fields);
            }
        }
        return all;
    }

    private Optional<Moment> find(String name) {
        return moments.stream()
                .filter(at -> (at.party() + " " + at.stage()).equals(name))
                .findFirst();
    }
}
