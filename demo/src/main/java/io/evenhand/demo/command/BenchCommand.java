package io.evenhand.demo.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.LazyCommand;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `evenhand bench`: a benchmark by name.
@Command(
        name = "bench",
        description = BenchCommand.ABOUT,
        synopsisSubcommandLabel = "WHAT",
        footer = {
            "",
            "Example:",
            "  evenhand bench gas --json",
            "  evenhand bench fuel --json",
            "  evenhand bench journal --json",
            "  evenhand bench startup --json"
        })
public final class BenchCommand implements Callable<Integer> {
    static final String ABOUT = "Measure what an exchange costs.";

    @Spec private CommandSpec spec = CommandSpec.create();

    private BenchCommand() {}

    /// With every benchmark, those of the protocols last.
    public static LazyCommand lazy(Shell shell, List<DemoProtocol> protocols) {
        return new LazyCommand("bench", () -> List.of(ABOUT), () -> tree(shell, protocols));
    }

    private static CommandLine tree(Shell shell, List<DemoProtocol> protocols) {
        CommandLine line =
                new CommandLine(new BenchCommand())
                        .addSubcommand(new GasCommand(shell, protocols))
                        .addSubcommand(new FuelCommand(shell))
                        .addSubcommand(new JournalCommand(shell))
                        .addSubcommand(new StartupCommand(shell));
        protocols.forEach(each -> each.benches(shell).forEach(line::addSubcommand));
        return line;
    }

    @Override
    public Integer call() {
        String names =
                spec.subcommands().values().stream()
                        .filter(each -> !each.getCommandSpec().usageMessage().hidden())
                        .map(CommandLine::getCommandName)
                        .collect(Collectors.joining(", "));
        throw CliException.usage("measure what? There are: evenhand bench " + names);
    }
}
