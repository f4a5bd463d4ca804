package io.evenhand.cli;

/// The end of a command that could not do its work: one line that names the thing and the way out.
public final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exit;

    public CliException(ExitCode exit, String message) {
        super(message);
        this.exit = exit;
    }

    public CliException(ExitCode exit, String message, Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    public static CliException usage(String message) {
        return new CliException(ExitCode.USAGE, message);
    }

    public ExitCode exit() {
        return exit;
    }
}
