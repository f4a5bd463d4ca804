package io.evenhand.demo.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.LazyCommand;
import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `evenhand demo delegation` and its like: a whole exchange of one protocol on this machine.
/// `demo` alone is the demo of the first protocol.
@Command(name = "demo")
public final class DemoCommand implements Callable<Integer> {
    private final Shell shell;
    private final DemoProtocol protocol;

    @Spec private CommandSpec spec = CommandSpec.create();

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
                    "Put everything in this directory (default: a new one in the temporary directory).")
    private Optional<Path> folder = Optional.empty();

    private DemoCommand(Shell shell, DemoProtocol protocol) {
        this.shell = shell;
        this.protocol = protocol;
    }

    /// `demo` with a sub-command for each protocol.
    public static LazyCommand lazy(Shell shell, List<DemoProtocol> protocols) {
        return new LazyCommand("demo", protocols.getFirst()::about, () -> tree(shell, protocols));
    }

    private static CommandLine tree(Shell shell, List<DemoProtocol> protocols) {
        CommandLine line = of(shell, protocols.getFirst(), "evenhand demo");
        for (DemoProtocol each : protocols) {
            line.addSubcommand(
                    of(shell, each, "evenhand demo " + each.name()).setCommandName(each.name()));
        }
        return line;
    }

    private static CommandLine of(Shell shell, DemoProtocol protocol, String words) {
        List<String> footer = new ArrayList<>(List.of("", "Examples:", "  " + words));
        if (!protocol.cheats().isEmpty()) {
            footer.add("  " + words + " --cheat " + protocol.cheats().getFirst().title());
            footer.add("  " + words + " --cheat all");
        }
        footer.add("  " + words + " --json | tail -1");
        CommandLine line = new CommandLine(new DemoCommand(shell, protocol));
        line.getCommandSpec()
                .usageMessage()
                .description(protocol.about().toArray(String[]::new))
                .footer(footer.toArray(String[]::new));
        return line;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkNothingBefore();
        Output output = shell.output();
        if (list) {
            listCheats(output);
            return ExitCode.OK.code();
        }
        if (cheat.filter("all"::equals).isPresent()) {
            return new ManyCheats(protocol, options(true), protocol.cheats()).play();
        }
        if (cheat.filter(names -> names.contains(",")).isPresent()) {
            List<CheatRow> some = Stream.of(cheat.get().split(",")).map(this::described).toList();
            return new ManyCheats(protocol, options(true), some).play();
        }
        Optional<String> title = cheat.map(this::described).map(CheatRow::title);
        DemoOptions options = options(false);
        try (DemoRun run = protocol.prepare(options, title)) {
            DemoResult result = run.play();
            output.summary(result.fields(), result.text());
            if (keep) {
                output.note(
                        "everything goes on until Ctrl-C; each party has its data directory in "
                                + options.folder());
                // Until Ctrl-C; the shutdown hooks of the run stop what it started.
                new CountDownLatch(1).await();
            }
            boolean good = result.fair() && result.failure().isEmpty();
            return (good ? ExitCode.OK : ExitCode.FAILED).code();
        }
    }

    /// What stands before the name of a protocol is said to the demo of the first one.
    private void checkNothingBefore() {
        if (spec.parent().userObject() instanceof DemoCommand first && first.isTold()) {
            throw CliException.usage("options come after \"" + spec.qualifiedName() + "\"");
        }
    }

    private boolean isTold() {
        return cheat.isPresent() || list || keep || folder.isPresent();
    }

    private CheatRow described(String title) {
        return Stream.concat(protocol.cheats().stream(), protocol.limits().stream())
                .filter(each -> each.title().equals(title))
                .findFirst()
                .orElseThrow(() ->
                        new MalformedException(
                                "no cheat is called \"%s\"; \"%s --list-cheats\" names them"
                                        .formatted(title, spec.qualifiedName())));
    }

    private DemoOptions options(boolean quiet) throws IOException {
        Path where =
                folder.isPresent() ? folder.get() : Files.createTempDirectory("evenhand-demo-");
        Files.createDirectories(where);
        Path root = Path.of(System.getProperty("evenhand.root", "."));
        return new DemoOptions(shell.output(), root, where.toAbsolutePath(), quiet, keep && !quiet);
    }

    private void listCheats(Output output) {
        protocol.cheats().forEach(each -> output.event("cheatKind", fields(each), line(each)));
        if (!protocol.limits().isEmpty()) {
            output.say("\nNothing but a stated assumption stops this in time:");
            protocol.limits().forEach(each -> output.say(line(each)));
        }
    }

    private static String line(CheatRow cheat) {
        return "%-34s %s".formatted(cheat.title(), cheat.about());
    }

    private static Map<String, Object> fields(CheatRow cheat) {
        return Map.of(
                "name", cheat.title(),
                "cheater", cheat.cheater(),
                "about", cheat.about(),
                "stoppedBy", cheat.stoppedBy(),
                "ends", cheat.ends());
    }
}
