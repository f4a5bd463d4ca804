package io.evenhand.cli;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.node.store.StoreException;
import io.evenhand.node.transport.PeerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Objects;

/// Turns whatever ended a command into one line and an exit code; the trace only with `--debug`.
public final class Failures {
    private Failures() {}

    static int report(Shell shell, String command, Throwable failure) {
        CliException known = explain(failure);
        String line = command + ": " + known.getMessage();
        if (shell.output().json()) {
            shell.output().event("error", Map.of("message", line, "exit", known.exit().code()), "");
        }
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
            case UncheckedIOException io -> file(Objects.requireNonNull(io.getCause()));
            case IOException io -> file(io);
            default -> bug(failure);
        };
    }

    private static CliException file(IOException e) {
        return new CliException(ExitCode.STORAGE, why(e), e);
    }

    /// What went wrong with a file, for people.
    public static String why(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case AccessDeniedException denied ->
                    denied.getFile() + " may not be read or written by this user";
            case FileAlreadyExistsException there -> there.getFile() + " exists already";
            case CharacterCodingException _ -> "a file is not UTF-8 text";
            default -> String.valueOf(e.getMessage());
        };
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
