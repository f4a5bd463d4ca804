package io.evenhand.cli;

import io.evenhand.cli.command.CliProtocol;
import io.evenhand.cli.command.PartyHooks;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The entry of the `evenhand` command as it is installed. The demo has an entry of its own, with
/// the same commands and some more.
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
        Program.runAndExit(shell -> commands(Protocols.ALL, shell, args), args);
    }

    /// Runs one command inside this process.
    public static int run(Shell shell, String... args) {
        return run(Protocols.ALL, shell, args);
    }

    /// The same with other protocols.
    public static int run(List<CliProtocol> protocols, Shell shell, String... args) {
        return Program.run(shell, commands(protocols, shell, args), args);
    }

    private static CommandLine commands(List<CliProtocol> protocols, Shell shell, String... args) {
        return Commands.tree(
                shell, Commands.installed(shell, PartyHooks.NONE, protocols, List::of), args);
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
