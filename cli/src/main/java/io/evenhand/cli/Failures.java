package io.evenhand.cli;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.node.store.StoreException;
import io.evenhand.node.transport.PeerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.util.Objects;

/// Turns whatever ended a command into one line and an exit code; the stack trace only with
/// `--debug`.
public final class Failures {
    private Failures() {}

    static int report(Shell shell, String command, Throwable failure) {
        CliException known = explain(failure);
        String line = command + ": " + known.getMessage();
        if (shell.output().json()) {
            shell.output().error(line, known.exit().code());
        }
        shell.live().end();
        shell.err().println(line);
        if (shell.debug()) {
            failure.printStackTrace(shell.err());
        }
        shell.err().flush();
        return known.exit().code();
    }

    private static CliException explain(Throwable failure) {
        return switch (failure) {
            case CliException known -> known;
            case MalformedException wrong -> CliException.usage(String.valueOf(wrong.getMessage()));
            case StoreException store ->
                    new CliException(ExitCode.STORAGE, String.valueOf(store.getMessage()), store);
            case LedgerException ledger ->
                    new CliException(
                            ledger.kind() instanceof LedgerException.Kind.Poor
                                    ? ExitCode.FAILED
                                    : ExitCode.UNREACHABLE,
                            String.valueOf(ledger.getMessage()),
                            ledger);
            case PeerException peer ->
                    new CliException(ExitCode.UNREACHABLE, String.valueOf(peer.getMessage()), peer);
            case InvalidPathException name -> CliException.usage(why(name));
            case UncheckedIOException io -> file(Objects.requireNonNull(io.getCause()));
            case IOException io -> file(io);
            default -> bug(failure);
        };
    }

    private static CliException file(IOException e) {
        boolean isTemporary =
                e instanceof FileSystemException known
                        && String.valueOf(known.getFile())
                                .startsWith(System.getProperty("java.io.tmpdir") + "/evenhand-");
        String wayOut = isTemporary ? "; set TMPDIR to a directory that can be written" : "";
        return new CliException(ExitCode.STORAGE, why(e) + wayOut, e);
    }

    /// What went wrong with a file, for people.
    public static String why(IOException e) {
        return FileTrouble.of(e);
    }

    /// A name that Java cannot write in the charset of the locale, or that no file can have.
    static String why(InvalidPathException e) {
        return "\""
                + e.getInput()
                + "\" can name no file here; if it has letters that are not ASCII, run it with"
                + " LC_ALL=C.UTF-8";
    }

    private static CliException bug(Throwable failure) {
        return new CliException(
                ExitCode.FAILED,
                "this should not happen: "
                        + failure.getClass().getSimpleName()
                        + ": "
                        + failure.getMessage()
                        + "; run it again with --debug and report what it shows",
                failure);
    }
}
