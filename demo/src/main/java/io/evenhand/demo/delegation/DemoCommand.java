package io.evenhand.demo.delegation;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheats;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Story;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `evenhand demo`: a whole exchange on this machine.
@Command(
        name = "demo",
        description = {
            "Delegate a real task on this machine: a local chain, a stamper, a provider and a customer as processes.",
            "The provider trains a classifier and labels 1,797 handwritten digits; the customer pays for an accuracy",
            "of 0.95 on 300 rows whose labels only its stamper knows.",
            "The stamper's profile is \"software\": it protects nothing against the owner of its machine."
        },
        footer = {
            "",
            "Examples:",
            "  evenhand demo",
            "  evenhand demo --cheat underpay",
            "  evenhand demo --cheat all",
            "  evenhand demo --json | tail -1"
        })
public final class DemoCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--cheat",
            paramLabel = "NAME",
            description =
                    "Let one side cheat for real; see --list-cheats. Several with commas, or \"all\", are"
                            + " played in turn.")
    private Optional<String> cheat = Optional.empty();

    @Option(names = "--list-cheats", description = "Say which cheats there are.")
    private boolean list;

    @Option(
            names = "--keep",
            description =
                    "Leave everything running at the end, print what another client needs, wait for Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "Where everything is put (default: a new one in the temporary directory).")
    private Optional<Path> folder = Optional.empty();

    public DemoCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Output output = shell.output();
        if (list) {
            listCheats(output);
            return ExitCode.OK.code();
        }
        Path root = Path.of(System.getProperty("evenhand.root", "."));
        if (cheat.filter("all"::equals).isPresent()) {
            return new ManyCheats(output, root, where(), Cheats.ALL).play();
        }
        if (cheat.filter(names -> names.contains(",")).isPresent()) {
            List<Cheat> some = Stream.of(cheat.get().split(",")).map(Cheats::parse).toList();
            return new ManyCheats(output, root, where(), some).play();
        }
        Optional<Cheat> chosen = cheat.map(Cheats::parse);
        try (DemoRun run = new DemoRun(output, root, where(), chosen, false, keep)) {
            DemoResult result = run.play();
            output.summary(result.fields(), result.text());
            if (keep) {
                // Until Ctrl-C; the shutdown hooks of the run stop what it started.
                new CountDownLatch(1).await();
            }
            boolean good = result.fair() && result.failure().isEmpty();
            return (good ? ExitCode.OK : ExitCode.FAILED).code();
        }
    }

    private Path where() throws IOException {
        Path where =
                folder.isPresent() ? folder.get() : Files.createTempDirectory("evenhand-demo-");
        Files.createDirectories(where);
        return where.toAbsolutePath();
    }

    private static void listCheats(Output output) {
        if (output.json()) {
            output.object(Cheats.ALL.stream().map(DemoCommand::fields).toList());
            return;
        }
        for (Cheat each : Cheats.ALL) {
            output.say("%-34s %s".formatted(each.story().title(), each.story().about()));
        }
        output.say("\nNothing stops this one before the wage is paid but a stated assumption:");
        for (Cheat each : Cheats.LIMITS) {
            output.say("%-34s %s".formatted(each.story().title(), each.story().about()));
        }
    }

    private static Map<String, Object> fields(Cheat cheat) {
        Story story = cheat.story();
        return Map.of(
                "name", story.title(),
                "cheater", story.cheater(),
                "about", story.about(),
                "stoppedBy", story.stoppedBy(),
                "ends", story.ends().stream().map(Outcome::text).sorted().toList());
    }
}
