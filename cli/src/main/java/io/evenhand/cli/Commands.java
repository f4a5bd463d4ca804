package io.evenhand.cli;

import io.evenhand.cli.command.BackupCommand;
import io.evenhand.cli.command.DelegateCommand;
import io.evenhand.cli.command.DeployCommand;
import io.evenhand.cli.command.EvidenceCommand;
import io.evenhand.cli.command.ExploreCommand;
import io.evenhand.cli.command.Init;
import io.evenhand.cli.command.InviteCommand;
import io.evenhand.cli.command.ListCommand;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.ProviderCommand;
import io.evenhand.cli.command.RefundCommand;
import io.evenhand.cli.command.ResumeCommand;
import io.evenhand.cli.command.ShowCommand;
import io.evenhand.cli.command.StamperCommand;
import io.evenhand.cli.command.VerifyCommand;
import io.evenhand.cli.doctor.DoctorCommand;
import io.evenhand.cli.evidence.delegation.DelegationReport;
import java.util.List;
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

    /// The commands that are installed, in the order of the help page.
    ///
    /// @param hooks what is put around the parties
    public static List<Object> installed(Shell shell, PartyHooks hooks) {
        return List.of(
                new Init(shell),
                new DeployCommand(shell),
                new StamperCommand(shell, hooks),
                new ProviderCommand(shell, hooks),
                new InviteCommand(shell),
                new DelegateCommand(shell, hooks),
                new ResumeCommand(shell, hooks),
                new ListCommand(shell),
                new ShowCommand(shell),
                new RefundCommand(shell),
                new EvidenceCommand(shell),
                new VerifyCommand(shell, List.of(new DelegationReport())),
                new DoctorCommand(shell),
                new BackupCommand(shell),
                new ExploreCommand(shell));
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
                        "Help on a command: evenhand help delegate");
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
