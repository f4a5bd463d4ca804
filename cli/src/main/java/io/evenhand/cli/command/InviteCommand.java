package io.evenhand.cli.command;

import io.evenhand.cli.Control;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `evenhand invite`: one more invite from a running provider or stamper.
@Command(
        name = "invite",
        description = {
            "Ask the server that runs on this data directory, such as a provider or stamper, for an invite.",
            "An invite lets in one peer, once. It holds a secret: hand it over privately."
        },
        footer = {"", "Example:", "  evenhand invite --home ~/.evenhand-provider --valid 2d"})
public final class InviteCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--valid",
            paramLabel = "TIME",
            defaultValue = "7d",
            description = "Let it be used for this long (default ${DEFAULT-VALUE}).")
    private Duration valid = Duration.ZERO;

    public InviteCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        String invite = Control.ask(shell.home(), "invite", Long.toString(valid.toSeconds()));
        shell.output().summary(Map.of("invite", invite), invite);
        return ExitCode.OK.code();
    }
}
