package io.evenhand.system.payfirst;

import io.evenhand.cli.Commands;
import io.evenhand.cli.Program;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.CliProtocol;
import io.evenhand.cli.command.PartyHooks;
import java.util.List;
import picocli.CommandLine;

/// The command line with another list of protocols.
public final class PayFirstMain {
    private static final List<CliProtocol> PROTOCOLS = List.of(new PayFirstProtocol());

    private PayFirstMain() {}

    public static void main(String[] args) {
        Program.runAndExit(shell -> commands(shell, args), args);
    }

    private static CommandLine commands(Shell shell, String... args) {
        return Commands.tree(
                shell, Commands.installed(shell, PartyHooks.NONE, PROTOCOLS, List::of), args);
    }
}
