package io.evenhand.cli;

import io.evenhand.cli.command.BackupCommand;
import io.evenhand.cli.command.CliProtocol;
import io.evenhand.cli.command.DeployCommand;
import io.evenhand.cli.command.EvidenceCommand;
import io.evenhand.cli.command.ExploreCommand;
import io.evenhand.cli.command.Init;
import io.evenhand.cli.command.InviteCommand;
import io.evenhand.cli.command.ListCommand;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.RefundCommand;
import io.evenhand.cli.command.ResumeCommand;
import io.evenhand.cli.command.ShowCommand;
import io.evenhand.cli.command.VerifyCommand;
import io.evenhand.cli.doctor.DoctorCommand;
import io.evenhand.cli.evidence.EvidenceReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private Commands() {}

    /// The commands that are installed, in the order of the help page: the shared ones, and those
    /// of each protocol.
    ///
    /// @param hooks what is put around the parties
    public static List<Object> installed(
            Shell shell, PartyHooks hooks, List<CliProtocol> protocols) {
        List<Object> commands = new ArrayList<>();
        commands.add(new Init(shell));
        commands.add(new DeployCommand(shell));
        protocols.forEach(protocol -> commands.addAll(protocol.commands(shell, hooks)));
        commands.add(new InviteCommand(shell));
        commands.add(new ResumeCommand(shell, hooks, protocols));
        commands.add(new ListCommand(shell, protocols));
        commands.add(new ShowCommand(shell, protocols));
        commands.add(new RefundCommand(shell, protocols));
        commands.add(new EvidenceCommand(shell, protocols));
        commands.add(
                new VerifyCommand(
                        shell,
                        protocols.stream()
                                .map(CliProtocol::report)
                                .<EvidenceReport<?>>flatMap(Optional::stream)
                                .toList()));
        commands.add(new DoctorCommand(shell, protocols));
        commands.add(new BackupCommand(shell));
        commands.add(
                new ExploreCommand(
                        shell,
                        protocols.stream()
                                .map(CliProtocol::model)
                                .flatMap(Optional::stream)
                                .toList()));
        return List.copyOf(commands);
    }

    /// `evenhand` with these commands, of which the first is the one to start with.
    public static CommandLine tree(Shell shell, List<Object> commands) {
        CommandLine line = new CommandLine(new Main());
        commands.forEach(line::addSubcommand);
        line.addSubcommand(new CommandLine.HelpCommand())
                // @FILE names a file with an invite, not one with options.
                .setExpandAtFiles(false);
        String first = line.getSubcommands().keySet().iterator().next();
        line.getCommandSpec()
                .addMixin("shared", CommandSpec.forAnnotatedObject(shell))
                .usageMessage()
                .footer(
                        "",
                        "Start with: evenhand " + first,
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
