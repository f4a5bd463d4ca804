package io.evenhand.cli;

import io.evenhand.cli.bench.BenchCommand;
import io.evenhand.cli.bench.CustomerCommand;
import io.evenhand.cli.bench.ExchangesCommand;
import io.evenhand.cli.bench.FuelCommand;
import io.evenhand.cli.bench.GasCommand;
import io.evenhand.cli.bench.TransferCommand;
import io.evenhand.cli.cheat.CheatHooks;
import io.evenhand.cli.demo.DemoCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The entry of the `evenhand` command.
@Command(
        name = "evenhand",
        description = "Fair exchange of digital work for money, between parties without trust.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main {
    Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) {
        // Digits, dates and letters are the same for everybody, whatever the user's language.
        Locale.setDefault(Locale.ROOT);
        Program.runAndExit(Main::commands, args);
    }

    /// Runs one command inside this process.
    public static int run(Shell shell, String... args) {
        return Program.run(shell, commands(shell), args);
    }

    private static CommandLine commands(Shell shell) {
        List<Object> commands = new ArrayList<>();
        commands.add(new DemoCommand(shell));
        commands.addAll(Commands.installed(shell, CheatHooks.ofProcess()));
        commands.add(bench(shell));
        return Commands.tree(shell, commands);
    }

    private static CommandLine bench(Shell shell) {
        return new CommandLine(new BenchCommand(shell))
                .addSubcommand(new GasCommand(shell))
                .addSubcommand(new FuelCommand(shell))
                .addSubcommand(new ExchangesCommand(shell))
                .addSubcommand(new TransferCommand(shell))
                .addSubcommand(new CustomerCommand(shell));
    }

    /// Name and version, for reports.
    public static String versionText() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "Evenhand" + (version == null ? "" : " " + version);
    }

    /// The version that the build wrote into the jar.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"evenhand " + (version == null ? "(not packaged)" : version)};
        }
    }
}
