package io.evenhand.cli;

import io.evenhand.cli.command.BackupCommand;
import io.evenhand.cli.command.CliProtocol;
import io.evenhand.cli.command.DeployCommand;
import io.evenhand.cli.command.EvidenceCommand;
import io.evenhand.cli.command.ExploreCommand;
import io.evenhand.cli.command.Init;
import io.evenhand.cli.command.InviteCommand;
import io.evenhand.cli.command.LazyCommand;
import io.evenhand.cli.command.ListCommand;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.QuoteCommand;
import io.evenhand.cli.command.RefundCommand;
import io.evenhand.cli.command.ResumeCommand;
import io.evenhand.cli.command.SchemaCommand;
import io.evenhand.cli.command.ShowCommand;
import io.evenhand.cli.command.VerifyCommand;
import io.evenhand.cli.doctor.DoctorCommand;
import io.evenhand.cli.evidence.EvidenceReport;
import io.evenhand.simulation.Model;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The tree of commands, with what every help page shares.
public final class Commands {
    private static final OptionSpec HELP =
            OptionSpec.builder("-h", "--help")
                    .usageHelp(true)
                    .description("Show this help.")
                    .build();

    /// Words that may ask for the list of all commands.
    private static final Set<String> HELPS = Set.of("-h", "--help", "help");

    /// `bench startup` sets it, to compare.
    private static final boolean ALL = Boolean.getBoolean("evenhand.commands.whole");

    private Commands() {}

    /// The commands that are installed, in the order of the help page: the shared ones, and those
    /// of each protocol.
    ///
    /// @param hooks what is put around the parties
    /// @param more lines that further commands print, for `schema`
    public static List<LazyCommand> installed(
            Shell shell, PartyHooks hooks, List<CliProtocol> protocols, Supplier<List<URL>> more) {
        List<LazyCommand> commands = new ArrayList<>();
        commands.add(LazyCommand.of("init", Init.class, () -> new Init(shell)));
        commands.add(LazyCommand.of("deploy", DeployCommand.class, () -> new DeployCommand(shell)));
        protocols.forEach(protocol -> commands.addAll(protocol.commands(shell, hooks)));
        commands.addAll(
                List.of(
                        LazyCommand.of(
                                "quote",
                                QuoteCommand.class,
                                () -> new QuoteCommand(shell, protocols)),
                        LazyCommand.of(
                                "invite", InviteCommand.class, () -> new InviteCommand(shell)),
                        LazyCommand.of(
                                "resume",
                                ResumeCommand.class,
                                () -> new ResumeCommand(shell, hooks, protocols)),
                        LazyCommand.of(
                                "list", ListCommand.class, () -> new ListCommand(shell, protocols)),
                        LazyCommand.of(
                                "show", ShowCommand.class, () -> new ShowCommand(shell, protocols)),
                        LazyCommand.of(
                                "refund",
                                RefundCommand.class,
                                () -> new RefundCommand(shell, protocols)),
                        EvidenceCommand.command(shell, protocols),
                        LazyCommand.of(
                                "verify",
                                VerifyCommand.class,
                                () -> new VerifyCommand(shell, reports(protocols))),
                        LazyCommand.of(
                                "doctor",
                                DoctorCommand.class,
                                () -> new DoctorCommand(shell, protocols)),
                        LazyCommand.of(
                                "backup", BackupCommand.class, () -> new BackupCommand(shell)),
                        LazyCommand.of(
                                "explore",
                                ExploreCommand.class,
                                () -> new ExploreCommand(shell, models(protocols))),
                        LazyCommand.of(
                                "schema",
                                SchemaCommand.class,
                                () -> new SchemaCommand(shell, lines(protocols, more)))));
        return List.copyOf(commands);
    }

    private static List<EvidenceReport<?>> reports(List<CliProtocol> protocols) {
        return protocols.stream()
                .map(CliProtocol::report)
                .<EvidenceReport<?>>flatMap(Optional::stream)
                .toList();
    }

    private static List<URL> lines(List<CliProtocol> protocols, Supplier<List<URL>> more) {
        List<URL> files = new ArrayList<>();
        files.add(LineSchema.SHARED);
        protocols.forEach(protocol -> files.add(protocol.lines()));
        files.addAll(more.get());
        return files;
    }

    private static List<Model> models(List<CliProtocol> protocols) {
        return protocols.stream().map(CliProtocol::model).flatMap(Optional::stream).toList();
    }

    /// `evenhand` with these commands, of which the first is the one to start with. Of those whose
    /// name is nowhere among the words there is only the line in the list, where that may be asked
    /// for.
    ///
    /// @param words of the command line
    public static CommandLine tree(Shell shell, List<LazyCommand> commands, String... words) {
        List<String> said = List.of(words);
        Predicate<LazyCommand> meant = command -> ALL || said.contains(command.name());
        boolean listed =
                commands.stream().noneMatch(meant) || said.stream().anyMatch(HELPS::contains);
        return tree(shell, commands, meant, listed);
    }

    /// The same, with every command whole.
    static CommandLine whole(Shell shell, List<LazyCommand> commands) {
        return tree(shell, commands, _ -> true, true);
    }

    private static CommandLine tree(
            Shell shell, List<LazyCommand> commands, Predicate<LazyCommand> meant, boolean listed) {
        CommandLine line = new CommandLine(new Main());
        for (LazyCommand command : commands) {
            if (meant.test(command)) {
                line.addSubcommand(command.whole().get());
            } else if (listed) {
                line.addSubcommand(command.line());
            }
        }
        line.addSubcommand(new CommandLine.HelpCommand())
                // @FILE names a file with an invite, not one with options.
                .setExpandAtFiles(false);
        line.getCommandSpec()
                .addMixin("shared", CommandSpec.forAnnotatedObject(shell))
                .usageMessage()
                .footer(
                        "",
                        "Start with: evenhand " + commands.getFirst().name(),
                        "Help on a command: evenhand help list");
        finish(line);
        return line;
    }

    private static void finish(CommandLine line) {
        CommandSpec spec = line.getCommandSpec();
        spec.usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.help())
                .sortOptions(false)
                .width(100);
        if (spec.findOption("--help") == null) {
            spec.addOption(HELP);
        }
        line.getSubcommands().values().forEach(Commands::finish);
    }
}
