package io.evenhand.node.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
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
        String detail =
                switch (e) {
                    case AccessDeniedException _ ->
                            "this user may not do that; give it the right, or choose another"
                                    + " directory with --home";
                    case FileAlreadyExistsException _, NotDirectoryException _ ->
                            "a file stands where a directory should; choose another with --home";
                    case FileSystemException known
                            when String.valueOf(known.getReason()).equals("Not a directory") ->
                            "a file stands where a directory should; choose another with --home";
                    case FileSystemException known when known.getReason() != null ->
                            known.getReason() + "; check the disk, or choose another with --home";
                    case FileSystemException _ -> "check the directory, or choose another";
                    default -> e.getMessage() + "; check the disk";
                };
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
