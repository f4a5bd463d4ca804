package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.cli.command.LazyCommand;
import io.evenhand.cli.command.ListCommand;
import io.evenhand.cli.command.PartyHooks;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// Only the commands that are meant are built.
class LazyCommandsTest {
    private final List<String> built = new ArrayList<>();
    private final Shell shell = new Shell(nowhere(), nowhere(), Map.of());

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream());
    }

    private List<LazyCommand> commands() {
        return Commands.installed(shell, PartyHooks.NONE, Protocols.ALL, List::of).stream()
                .map(this::watched)
                .toList();
    }

    private LazyCommand watched(LazyCommand command) {
        return new LazyCommand(
                command.name(),
                command.description(),
                () -> {
                    built.add(command.name());
                    return command.whole().get();
                });
    }

    private static String help(CommandLine line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        line.usage(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String page(CommandLine line, String command) {
        return help(Objects.requireNonNull(line.getSubcommands().get(command)));
    }

    @Test
    @DisplayName("the page of all commands is the same whether they are built or not")
    void samePage() {
        String lazy = help(Commands.tree(shell, commands(), "--help"));
        assertEquals(List.of(), built);
        assertEquals(help(Commands.whole(shell, commands())), lazy);
        assertFalse(built.isEmpty());
    }

    @Test
    @DisplayName("a command that is named is built, and no other; options before it do not matter")
    void named() {
        CommandLine line = Commands.tree(shell, commands(), "--home", "x", "list", "--json");
        assertEquals(List.of("list"), built);
        assertEquals(Set.of("list", "help"), line.getSubcommands().keySet());
        assertEquals(page(Commands.whole(shell, commands()), "list"), page(line, "list"));
    }

    @Test
    @DisplayName("where a word could be a command or a value, what it names is built")
    void value() {
        CommandLine _ = Commands.tree(shell, commands(), "--home", "provider", "list");
        assertEquals(List.of("provider", "list"), built);
        built.clear();
        CommandLine _ = Commands.tree(shell, commands(), "help", "show");
        assertEquals(List.of("show"), built);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help list", "-h list", "help list", "list --help", "", "lst"})
    @DisplayName("the list of all commands is whole wherever it may be asked for")
    void whole(String words) {
        CommandLine line = Commands.tree(shell, commands(), words.split(" "));
        assertEquals(help(Commands.whole(shell, commands())), help(line));
    }

    @Test
    @DisplayName("a command that is listed under another name than its own is found out")
    void otherName() {
        LazyCommand wrong =
                LazyCommand.of("lst", ListCommand.class, () -> new ListCommand(shell, List.of()));
        assertThrows(IllegalStateException.class, () -> wrong.whole().get());
    }
}
