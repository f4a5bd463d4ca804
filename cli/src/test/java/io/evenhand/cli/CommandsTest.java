package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.command.PartyHooks;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The tree of the commands that are installed.
class CommandsTest {
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    @Test
    @DisplayName("no command that is installed is hidden or has a hidden option")
    void nothingHidden() {
        Shell shell = new Shell(NOWHERE, NOWHERE, Map.of());
        CommandLine line =
                Commands.whole(
                        shell, Commands.installed(shell, PartyHooks.NONE, Protocols.ALL, List::of));
        assertTrue(line.getSubcommands().containsKey("provider"));
        List<String> hidden = new ArrayList<>();
        collect(line, hidden);
        assertEquals(List.of(), hidden);
    }

    @Test
    @DisplayName("the list of all commands tells each in one whole sentence")
    void sentences() {
        Shell shell = new Shell(NOWHERE, NOWHERE, Map.of());
        CommandLine line =
                Commands.whole(
                        shell, Commands.installed(shell, PartyHooks.NONE, Protocols.ALL, List::of));
        List<String> broken =
                line.getSubcommands().values().stream()
                        .map(CommandLine::getCommandSpec)
                        .filter(spec -> !spec.usageMessage().description()[0].endsWith("."))
                        .map(CommandSpec::name)
                        .toList();
        assertEquals(List.of(), broken);
    }

    private static void collect(CommandLine line, List<String> hidden) {
        CommandSpec spec = line.getCommandSpec();
        if (spec.usageMessage().hidden()) {
            hidden.add(spec.qualifiedName());
        }
        spec.options().stream()
                .filter(OptionSpec::hidden)
                .map(option -> spec.qualifiedName() + " " + option.longestName())
                .forEach(hidden::add);
        line.getSubcommands().values().forEach(each -> collect(each, hidden));
    }
}
