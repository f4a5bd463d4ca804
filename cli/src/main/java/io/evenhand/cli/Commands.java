package io.evenhand.cli;

import io.evenhand.cli.bench.BenchCommand;
import io.evenhand.cli.bench.CustomerCommand;
import io.evenhand.cli.bench.ExchangesCommand;
import io.evenhand.cli.bench.FuelCommand;
import io.evenhand.cli.bench.GasCommand;
import io.evenhand.cli.bench.TransferCommand;
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
import io.evenhand.cli.demo.DemoCommand;
import io.evenhand.cli.doctor.DoctorCommand;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The tree of commands, with what every help page shares.
final class Commands {
    private static final OptionSpec HELP =
            OptionSpec.builder("-h", "--help")
                    .usageHelp(true)
                    .description("Show this help.")
                    .build();

    private Commands() {}

    /// @param hooks what is put around the parties
    static CommandLine of(Main main, Shell shell, PartyHooks hooks) {
        CommandLine line =
                new CommandLine(main)
                        .addSubcommand(new DemoCommand(shell))
                        .addSubcommand(new Init(shell))
                        .addSubcommand(new DeployCommand(shell))
                        .addSubcommand(new StamperCommand(shell, hooks))
                        .addSubcommand(new ProviderCommand(shell, hooks))
                        .addSubcommand(new InviteCommand(shell))
                        .addSubcommand(new DelegateCommand(shell, hooks))
                        .addSubcommand(new ResumeCommand(shell, hooks))
                        .addSubcommand(new ListCommand(shell))
                        .addSubcommand(new ShowCommand(shell))
                        .addSubcommand(new RefundCommand(shell))
                        .addSubcommand(new EvidenceCommand(shell))
                        .addSubcommand(new VerifyCommand(shell))
                        .addSubcommand(new DoctorCommand(shell))
                        .addSubcommand(new BackupCommand(shell))
                        .addSubcommand(new ExploreCommand(shell))
                        .addSubcommand(
                                new CommandLine(new BenchCommand(shell))
                                        .addSubcommand(new GasCommand(shell))
                                        .addSubcommand(new FuelCommand(shell))
                                        .addSubcommand(new ExchangesCommand(shell))
                                        .addSubcommand(new TransferCommand(shell))
                                        .addSubcommand(new CustomerCommand(shell)))
                        .addSubcommand(new CommandLine.HelpCommand())
                        // @FILE names a file with an invite, not one with options.
                        .setExpandAtFiles(false);
        line.getCommandSpec().addMixin("shared", CommandSpec.forAnnotatedObject(shell));
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
