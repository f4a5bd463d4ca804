package io.evenhand.simulation;

import io.evenhand.simulation.WalkReport.Row;
import io.evenhand.simulation.search.Finding;
import io.evenhand.simulation.search.Game;
import io.evenhand.simulation.search.Shrink;
import io.evenhand.simulation.search.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/// Random walks through a model: each is one exchange to its end, with faults and a schedule drawn
/// from its seed. They reach depths and mixtures of faults that the bounded search does not.
///
/// Walk number `i` of a run with seed `s` has the seed `s + i`, in each group: so a violation is
/// found again by one walk with the seed that is reported.
public final class RandomWalks {
    /// A day's worth on one core.
    public static final int MAX_WALKS = 10_000_000;

    private static final double NANOS = 1e9;

    private final Options options;
    private final int walks;
    private final long end;

    private RandomWalks(Options options, int walks, long end) {
        this.options = options;
        this.walks = walks;
        this.end = end;
    }

    /// @param walks of each scenario, and of each mutant if the options ask for them; fewer if the
    ///   time is over
    public static WalkReport walk(Model model, Options options, int walks) {
        if (walks < 1 || walks > MAX_WALKS) {
            throw new IllegalArgumentException(
                    "walks must be from 1 to " + MAX_WALKS + ", got " + walks);
        }
        long start = System.nanoTime();
        long end = start + (long) (options.seconds() * NANOS);
        RandomWalks run = new RandomWalks(options, walks, end);
        List<Row> rows = new ArrayList<>();
        for (Model.Scenario scenario : model.walks()) {
            rows.add(
                    run.group(
                            scenario.name(),
                            scenario.about(),
                            "",
                            seed -> Drawn.of(scenario.drawn(seed))));
        }
        if (options.mutants()) {
            for (Model.Mutant mutant : model.mutants()) {
                Drawn same = Drawn.of(mutant);
                rows.add(
                        run.group(
                                mutant.name(),
                                mutant.scenario().about(),
                                mutant.rule(),
                                _ -> same));
            }
        }
        return report(rows, model.bounds(), (System.nanoTime() - start) / NANOS);
    }

    /// What one walk goes through.
    private record Drawn(Set<? extends Enum<?>> faults, Supplier<Game> games) {
        static Drawn of(Model.Scenario scenario) {
            return new Drawn(scenario.faults(), scenario::game);
        }

        static Drawn of(Model.Mutant mutant) {
            return new Drawn(mutant.scenario().faults(), mutant::game);
        }
    }

    private Row group(String name, String about, String rule, LongFunction<Drawn> draw) {
        int taken = 0;
        long steps = 0;
        int longest = 0;
        long seed = options.seed();
        Optional<Finding> finding = Optional.empty();
        while (taken < walks && finding.isEmpty() && System.nanoTime() - end < 0) {
            seed = options.seed() + taken++;
            // A game of its own: the order of its steps must not depend on earlier walks.
            Walk.Walked walked = Walk.walk(draw.apply(seed).games().get(), seed);
            steps += walked.steps();
            longest = Math.max(longest, walked.steps());
            finding = walked.finding();
        }
        Drawn last = draw.apply(seed);
        Finding shortest =
                finding.map(f -> Shrink.shrunk(last.games().get(), f))
                        .orElse(new Finding("", List.of()));
        Row row =
                new Row(
                        name,
                        about,
                        rule,
                        taken,
                        steps,
                        longest,
                        shortest.invariant(),
                        seed,
                        last.faults().stream().map(Enum::name).sorted().toList(),
                        shortest.trace());
        options.progress().accept(line(row));
        return row;
    }

    private static String line(Row row) {
        String end =
                row.broken().isEmpty()
                        ? row.walks() + " walks, " + row.steps() + " steps"
                        : row.broken() + ", seed " + row.seed();
        boolean expected = row.isMutant() != row.broken().isEmpty();
        String how =
                row.isMutant()
                        ? (expected ? "refuted  " : "unseen   ")
                        : (expected ? "holds    " : "BREAKS   ");
        return how + row.name() + " - " + end;
    }

    private static WalkReport report(List<Row> rows, List<String> bounds, double seconds) {
        List<Row> mutants = rows.stream().filter(Row::isMutant).toList();
        return new WalkReport(
                rows.stream().mapToInt(Row::walks).sum(),
                rows.stream().mapToLong(Row::steps).sum(),
                (int)
                        rows.stream()
                                .filter(row -> !row.isMutant() && !row.broken().isEmpty())
                                .count(),
                mutants.size(),
                (int) mutants.stream().filter(row -> !row.broken().isEmpty()).count(),
                seconds,
                rows,
                bounds);
    }
}
