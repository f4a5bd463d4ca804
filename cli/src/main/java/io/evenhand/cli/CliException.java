package io.evenhand.cli;

import io.evenhand.kit.codec.PlainText;

/// The end of a command that could not do its work: one line that names the thing and the way out.
public final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Characters: a few lines of a screen. Part of it may be somebody else's text.
    private static final int MAX_MESSAGE = 600;

    private final ExitCode exit;

    public CliException(ExitCode exit, String message) {
        super(PlainText.line(message.strip(), MAX_MESSAGE));
        this.exit = exit;
    }

    public CliException(ExitCode exit, String message, Throwable cause) {
        super(PlainText.line(message.strip(), MAX_MESSAGE), cause);
        this.exit = exit;
    }

    public static CliException usage(String message) {
        return new CliException(ExitCode.USAGE, message);
    }

    public ExitCode exit() {
        return exit;
    }
}
