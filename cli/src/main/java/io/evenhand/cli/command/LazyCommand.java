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
        return new LazyCommand(
                name,
                () -> List.of(type.getAnnotation(Command.class).description()),
                () -> named(name, new CommandLine(command.get())));
    }

    private static CommandLine named(String name, CommandLine command) {
        if (!command.getCommandName().equals(name)) {
            throw new IllegalStateException(command.getCommandName() + " is listed as " + name);
        }
        return command;
    }

    /// The same with a subcommand.
    public LazyCommand and(Supplier<? extends Callable<Integer>> subcommand) {
        return new LazyCommand(
                name, description, () -> whole.get().addSubcommand(subcommand.get()));
    }

    /// Its line in the list, and nothing behind it.
    public CommandSpec line() {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description.get().toArray(String[]::new));
        return spec;
    }
}
