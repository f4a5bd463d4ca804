package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.simulation.Explorer;
import io.evenhand.simulation.Model;
import io.evenhand.simulation.Options;
import io.evenhand.simulation.RandomWalks;
import io.evenhand.simulation.Report;
import io.evenhand.simulation.WalkReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenhand explore`: the production machines under every adversary, crash and schedule.
@Command(
        name = "explore",
        description = {
            "Search a bounded model of a protocol for a state in which an honest party loses.",
            "The machines that serve real exchanges run through every schedule, with cheating parties,",
            "crashes, repeats and a reorg, and every invariant is checked in every state.",
            "A mutant is the same code without one rule: each must be refuted.",
            "Random walks take one schedule each, to the end of the exchange, and mix all faults: crashes,",
            "backups put back again and again, a reorg, rising fees, delays. A violation is told with the",
            "seed that finds it again."
        },
        footer = {
            "",
            "Examples:",
            "  evenhand explore delegation --mutants --seconds 40 --json",
            "  evenhand explore delegation --walks 1000 --seed 7",
            "  evenhand explore delegation --walks 1 --seed 267     # the walk with that seed again"
        })
public final class ExploreCommand implements Callable<Integer> {
    private final Shell shell;
    private final List<Model> models;

    @Parameters(paramLabel = "PROTOCOL", description = "Explore this protocol, such as delegation.")
    private String protocol = "";

    @Option(names = "--mutants", description = "Refute the mutants too.")
    private boolean mutants;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "40",
            description = "Search for this long, all together (default ${DEFAULT-VALUE}).")
    private double seconds = 40;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Choose the order in which scenarios take turns, or the seed of the first walk; the"
                            + " next walk has the next number (default ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--walks",
            paramLabel = "N",
            description =
                    "Take N random walks for each kind of cheater in place of the search; with --mutants N"
                            + " for each mutant too, of which walks refute many, not all.")
    private @Nullable Integer walks;

    /// @param models what can be explored
    public ExploreCommand(Shell shell, List<Model> models) {
        this.shell = shell;
        this.models = List.copyOf(models);
    }

    @Override
    public Integer call() {
        Model model = model();
        Output output = shell.output();
        try {
            Options options =
                    new Options(
                            seconds,
                            mutants,
                            seed,
                            line -> output.event("search", Map.of("line", line), line));
            boolean passed =
                    walks == null
                            ? searched(output, new Explorer(model).explore(options))
                            : walked(output, RandomWalks.walk(model, options, walks));
            return (passed ? ExitCode.OK : ExitCode.FAILED).code();
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    private Model model() {
        return models.stream()
                .filter(model -> model.protocol().equals(protocol))
                .findFirst()
                .orElseThrow(() ->
                        CliException.usage(
                                "only " + names() + " can be explored, not \"" + protocol + "\""));
    }

    private String names() {
        return String.join(", ", models.stream().map(Model::protocol).toList());
    }

    private static void bounds(Output output, List<String> bounds) {
        bounds.forEach(bound -> output.event("bound", Map.of("bound", bound), "    " + bound));
    }

    private boolean searched(Output output, Report report) {
        bounds(output, report.bounds());
        report.scenarioRows().forEach(row -> scenario(output, row));
        report.mutantRows().forEach(row -> mutant(output, row));
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("states", report.states());
        summary.put("violations", report.violations());
        summary.put("mutants", report.mutants());
        summary.put("killed", report.killed());
        summary.put("seconds", round(report.seconds()));
        summary.put("statesPerSecond", Math.round(report.statesPerSecond()));
        summary.put("seed", seed);
        output.summary(
                summary,
                "%,d states in %.1f s (%,d a second), %d violation(s), %d of %d mutants refuted"
                        .formatted(
                                report.states(),
                                report.seconds(),
                                Math.round(report.statesPerSecond()),
                                report.violations(),
                                report.killed(),
                                report.mutants()));
        return report.passed();
    }

    private boolean walked(Output output, WalkReport report) {
        bounds(output, report.bounds());
        report.rows().forEach(row -> walk(output, row));
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("walks", report.walks());
        summary.put("steps", report.steps());
        summary.put("violations", report.violations());
        summary.put("mutants", report.mutants());
        summary.put("killed", report.killed());
        summary.put("seconds", round(report.seconds()));
        summary.put("seed", seed);
        output.summary(
                summary,
                "%,d walks of %,d steps in %.1f s, %d violation(s), %d of %d mutants refuted"
                        .formatted(
                                report.walks(),
                                report.steps(),
                                report.seconds(),
                                report.violations(),
                                report.killed(),
                                report.mutants()));
        return report.passed();
    }

    private static void walk(Output output, WalkReport.Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("mutant", row.isMutant());
        fields.put("name", row.name());
        fields.put("about", row.about());
        fields.put("rule", row.rule());
        fields.put("walks", row.walks());
        fields.put("steps", row.steps());
        fields.put("longest", row.longest());
        fields.put("broken", row.broken());
        fields.put("seed", row.seed());
        fields.put("faults", row.faults());
        fields.put("trace", row.trace());
        boolean bad = !row.isMutant() && !row.broken().isEmpty();
        output.event(
                "walks",
                fields,
                "%-32s %,8d walks, the longest of %d steps%s"
                        .formatted(
                                row.name(),
                                row.walks(),
                                row.longest(),
                                bad
                                        ? ", BREAKS %s with seed %d%s"
                                                .formatted(
                                                        row.broken(),
                                                        row.seed(),
                                                        steps(row.trace()))
                                        : ""));
    }

    /// Progress has said what holds; how something broke is said here, step by step.
    private static void scenario(Output output, Report.ScenarioRow row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", row.name());
        fields.put("about", row.about());
        fields.put("states", row.states());
        fields.put("depth", row.depth());
        fields.put("complete", row.complete());
        fields.put("seconds", round(row.seconds()));
        fields.put("broken", row.broken());
        fields.put("trace", row.trace());
        output.event(
                "scenario",
                fields,
                "%-28s %,11d states, %s%s"
                        .formatted(
                                row.name(),
                                row.states(),
                                row.complete() ? "complete" : "to depth " + row.depth(),
                                row.broken().isEmpty()
                                        ? ""
                                        : ", BREAKS " + row.broken() + steps(row.trace())));
    }

    private static void mutant(Output output, Report.MutantRow row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", row.name());
        fields.put("rule", row.rule());
        fields.put("about", row.about());
        fields.put("expected", row.expected());
        fields.put("broken", row.broken());
        fields.put("killed", row.killed());
        fields.put("states", row.states());
        fields.put("seconds", round(row.seconds()));
        fields.put("trace", row.trace());
        output.event(
                "mutant",
                fields,
                "%-28s %s"
                        .formatted(
                                row.name(),
                                row.killed()
                                        ? "refuted in "
                                                + row.trace().size()
                                                + " steps, "
                                                + row.rule()
                                        : "SURVIVES without " + row.rule()));
    }

    private static String steps(List<String> trace) {
        StringBuilder text = new StringBuilder();
        trace.forEach(step -> text.append("\n      ").append(step));
        return text.toString();
    }

    private static double round(double seconds) {
        return Math.round(seconds * 10) / 10.0;
    }
}
