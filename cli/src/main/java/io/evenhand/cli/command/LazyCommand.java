package io.evenhand.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/// A command by name, and what the list of all commands says of it. Its options are looked at, and
/// the classes behind it loaded, only once somebody means it. Not even its annotation is read
/// before: to read those of all commands is a good part of a short one.
///
/// @param description the first line stands in the list
/// @param whole makes it with all of its options
public record LazyCommand(
        String name, Supplier<List<String>> description, Supplier<CommandLine> whole) {
    /// @param name as in the annotation of `type`
    public static <C extends Callable<Integer>> LazyCommand of(
            String name, Class<C> type, Supplier<C> command) {
        return tree(name, type, () -> new CommandLine(command.get()));
    }

    /// One with commands of its own.
    public static LazyCommand tree(
            String name, Class<? extends Callable<Integer>> type, Supplier<CommandLine> whole) {
        return new LazyCommand(
                name,
                () -> List.of(type.getAnnotation(Command.class).description()),
                () -> named(name, whole.get()));
    }

    private static CommandLine named(String name, CommandLine command) {
        if (!command.getCommandName().equals(name)) {
            throw new IllegalStateException(command.getCommandName() + " is listed as " + name);
        }
        return command;
    }

    /// Its line in the list, and nothing behind it.
    public CommandSpec line() {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description.get().toArray(String[]::new));
        return spec;
    }
}
