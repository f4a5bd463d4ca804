package io.evenhand.simulation;

import io.evenhand.simulation.Report.MutantRow;
import io.evenhand.simulation.Report.ScenarioRow;
import io.evenhand.simulation.search.Finding;
import io.evenhand.simulation.search.Search;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Searches a model: the production machines under every adversary, crash and schedule of its
/// scenarios, and the mutants that show that the explorer would notice.
///
/// ```java
/// Report report =
///         new Explorer(new DelegationModel()).explore(new Options(40, true, 1, System.err::println));
/// ```
public final class Explorer {
    /// States of one scenario: about 50 bytes each, so all scenarios stay below 2 GiB.
    private static final int MAX_STATES = 3_000_000;

    /// A turn of one scenario: long enough to be worth the change, short enough to see all.
    private static final long TURN_NANOS = 250_000_000;

    private static final double NANOS = 1e9;

    private final Model model;

    public Explorer(Model model) {
        this.model = model;
    }

    public Report explore(Options options) {
        long start = System.nanoTime();
        long end = start + (long) (options.seconds() * NANOS);
        List<MutantRow> mutants = new ArrayList<>();
        if (options.mutants()) {
            // They fall within seconds; on a busy machine they may use all the time there is, since
            // a mutant that was not searched long enough counts as one that survives.
            for (Model.Mutant mutant : model.mutants()) {
                mutants.add(refute(mutant, end));
                options.progress().accept(line(mutants.getLast()));
            }
        }
        List<ScenarioRow> scenarios = specification(options, end);
        return report(mutants, scenarios, (System.nanoTime() - start) / NANOS);
    }

    private static MutantRow refute(Model.Mutant mutant, long until) {
        long start = System.nanoTime();
        Search search = new Search(mutant.game(), MAX_STATES);
        search.run(until);
        String broken = search.finding().map(Finding::invariant).orElse("");
        return new MutantRow(
                mutant.name(),
                mutant.rule(),
                mutant.about(),
                mutant.invariant(),
                broken,
                broken.startsWith(mutant.invariant() + ":"),
                search.states(),
                (System.nanoTime() - start) / NANOS,
                search.finding().map(Finding::trace).orElse(List.of()));
    }

    private static String line(MutantRow row) {
        return (row.killed() ? "refuted  " : "SURVIVES ")
                + row.name()
                + (row.broken().isEmpty() ? "" : " - " + row.broken());
    }

    private static final class Turn {
        private final Model.Scenario scenario;
        private final Search search;
        private long nanos;

        private Turn(Model.Scenario scenario) {
            this.scenario = scenario;
            long start = System.nanoTime();
            search = new Search(scenario.game(), MAX_STATES);
            nanos = System.nanoTime() - start;
        }

        private void take(long until) {
            long start = System.nanoTime();
            search.run(Math.min(until, start + TURN_NANOS));
            nanos += System.nanoTime() - start;
        }

        private ScenarioRow row() {
            Optional<Finding> finding = search.finding();
            return new ScenarioRow(
                    scenario.name(),
                    scenario.about(),
                    search.states(),
                    search.depth(),
                    search.complete(),
                    nanos / NANOS,
                    finding.map(Finding::invariant).orElse(""),
                    finding.map(Finding::trace).orElse(List.of()));
        }
    }

    private List<ScenarioRow> specification(Options options, long end) {
        List<Turn> turns = new ArrayList<>();
        model.scenarios().forEach(scenario -> turns.add(new Turn(scenario)));
        List<Turn> left = new ArrayList<>(turns);
        Collections.shuffle(left, new Random(options.seed()));
        while (!left.isEmpty() && System.nanoTime() - end < 0) {
            for (Turn turn : List.copyOf(left)) {
                turn.take(end);
                if (turn.search.stopped()) {
                    left.remove(turn);
                    options.progress().accept(line(turn.row()));
                }
            }
        }
        return turns.stream().map(Turn::row).toList();
    }

    private static String line(ScenarioRow row) {
        String how = row.complete() ? "complete" : "to depth " + row.depth();
        return (row.broken().isEmpty() ? "holds    " : "BREAKS   ")
                + row.name()
                + " - "
                + (row.broken().isEmpty() ? row.states() + " states, " + how : row.broken());
    }

    private Report report(List<MutantRow> mutants, List<ScenarioRow> scenarios, double seconds) {
        long states =
                mutants.stream().mapToLong(MutantRow::states).sum()
                        + scenarios.stream().mapToLong(ScenarioRow::states).sum();
        return new Report(
                states,
                (int) scenarios.stream().filter(row -> !row.broken().isEmpty()).count(),
                mutants.size(),
                (int) mutants.stream().filter(MutantRow::killed).count(),
                seconds,
                states / seconds,
                scenarios,
                mutants,
                model.bounds());
    }
}
