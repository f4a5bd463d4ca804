package io.evenhand.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/// A command by name, and what the list of all commands says of it. Its options are looked at, and
/// the classes behind it loaded, only once somebody means it.
///
/// @param description the first line stands in the list
/// @param whole makes it with all of its options
public record LazyCommand(String name, List<String> description, Supplier<CommandLine> whole) {
    public LazyCommand {
        description = List.copyOf(description);
    }

    /// @param type has the annotation with name and description
    public static <C extends Callable<Integer>> LazyCommand of(Class<C> type, Supplier<C> command) {
        Command about = type.getAnnotation(Command.class);
        return new LazyCommand(
                about.name(), List.of(about.description()), () -> new CommandLine(command.get()));
    }

    /// Its line in the list, and nothing behind it.
    public CommandSpec line() {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description.toArray(String[]::new));
        return spec;
    }
}
