package io.evenhand.demo;

import io.evenhand.cli.Commands;
import io.evenhand.cli.Program;
import io.evenhand.cli.Shell;
import io.evenhand.demo.bench.BenchCommand;
import io.evenhand.demo.bench.CustomerCommand;
import io.evenhand.demo.bench.ExchangesCommand;
import io.evenhand.demo.bench.FuelCommand;
import io.evenhand.demo.bench.GasCommand;
import io.evenhand.demo.bench.TransferCommand;
import io.evenhand.demo.delegation.DemoCommand;
import io.evenhand.demo.delegation.cheat.CheatHooks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;

/// The entry of the `evenhand` command of a source tree: what is installed, and `demo` and `bench`.
/// The parties of a demo run through it too, since one of them may cheat.
public final class Main {
    private Main() {}

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
}
