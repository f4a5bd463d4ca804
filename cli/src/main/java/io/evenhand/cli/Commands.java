package io.evenhand.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// The tree of commands, with what every help page shares.
final class Commands {
    private Commands() {}

    static CommandLine of(Main main, Shell shell) {
        CommandLine line = new CommandLine(main).addSubcommand(new CommandLine.HelpCommand());
        line.getCommandSpec().addMixin("shared", CommandSpec.forAnnotatedObject(shell));
        finish(line);
        return line;
    }

    private static void finish(CommandLine line) {
        CommandSpec spec = line.getCommandSpec();
        spec.usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.help())
                .sortOptions(false)
                .width(100);
        line.getSubcommands().values().forEach(Commands::finish);
    }
}
