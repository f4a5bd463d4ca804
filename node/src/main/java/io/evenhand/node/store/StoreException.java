package io.evenhand.node.store;

import io.evenhand.kit.file.FileTrouble;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// The store cannot do what it must: one line that names the thing and the way out.
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /// Something that the journal holds cannot be read any more.
    public static StoreException damaged(String what, Throwable cause) {
        return new StoreException(
                "the journal holds a damaged "
                        + what
                        + " ("
                        + cause.getMessage()
                        + "); put a backup in its place (the node will synchronise again), and do"
                        + " not delete it while money is locked",
                cause);
    }

    static StoreException of(Path file, SQLException e) {
        return new StoreException(file + ": " + explain(e), e);
    }

    static StoreException of(Path file, IOException e) {
        boolean noDirectory =
                e instanceof FileAlreadyExistsException
                        || e instanceof NotDirectoryException
                        || FileTrouble.reason(e).equals("Not a directory");
        String detail =
                noDirectory
                        ? "a file stands where a directory should; choose another with --home"
                        : FileTrouble.reason(e)
                                + "; give the right or make room, or choose another directory with"
                                + " --home";
        return new StoreException(file + ": cannot be read or written: " + detail, e);
    }

    private static String explain(SQLException e) {
        Throwable cause = e;
        while (!(cause instanceof SQLiteException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (!(cause instanceof SQLiteException sqlite)) {
            return firstLine(String.valueOf(cause.getMessage())) + "; check the disk";
        }
        // Extended codes carry their family in the low byte.
        SQLiteErrorCode family = SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & 0xff);
        return switch (family) {
            case SQLITE_FULL -> "no space left; free some, nothing stored is lost";
            case SQLITE_BUSY, SQLITE_LOCKED ->
                    "in use by another program; close that program and try again";
            case SQLITE_CORRUPT, SQLITE_NOTADB ->
                    "is damaged or no journal; put a backup in its place (the node will"
                            + " synchronise again), and do not delete it while money is locked";
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
                    "may not be written; give this user the right to write it";
            case SQLITE_CANTOPEN -> "cannot be opened; check that the directory exists and is ours";
            case SQLITE_IOERR -> "the disk reports an error; check the disk before going on";
            default -> firstLine(String.valueOf(e.getMessage()));
        };
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("unknown error");
    }
}
