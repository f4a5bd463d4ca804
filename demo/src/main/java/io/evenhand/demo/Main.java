package io.evenhand.demo;

import io.evenhand.cli.Commands;
import io.evenhand.cli.LineSchema;
import io.evenhand.cli.Program;
import io.evenhand.cli.Protocols;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.LazyCommand;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.demo.command.BenchCommand;
import io.evenhand.demo.command.DemoCommand;
import io.evenhand.demo.command.DemoProtocol;
import java.net.URL;
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
        Program.runAndExit(shell -> commands(Demos.ALL, shell, args), args);
    }

    /// Runs one command inside this process.
    public static int run(List<DemoProtocol> protocols, Shell shell, String... args) {
        return Program.run(shell, commands(protocols, shell, args), args);
    }

    private static List<URL> lines(List<DemoProtocol> protocols) {
        List<URL> files = new ArrayList<>();
        files.add(LineSchema.file(Main.class));
        protocols.forEach(protocol -> files.add(protocol.lines()));
        return files;
    }

    static CommandLine commands(List<DemoProtocol> protocols, Shell shell, String... args) {
        PartyHooks hooks = new ProtocolHooks(protocols);
        List<LazyCommand> commands = new ArrayList<>();
        commands.add(DemoCommand.lazy(shell, protocols));
        commands.addAll(Commands.installed(shell, hooks, Protocols.ALL, () -> lines(protocols)));
        commands.add(BenchCommand.lazy(shell, protocols));
        return Commands.tree(shell, commands, args);
    }
}
