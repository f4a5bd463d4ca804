package io.evenhand.kit.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import org.jspecify.annotations.Nullable;

/// What went wrong with a file, in words: the message of most exceptions of the file system is the
/// path alone, and of some it is nothing.
public final class FileTrouble {
    private FileTrouble() {}

    /// The reason alone, for a line that names the file already.
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file or directory";
            case AccessDeniedException _ -> "permission denied for this user";
            case FileAlreadyExistsException _ -> "it exists already";
            case DirectoryNotEmptyException _ -> "the directory is not empty";
            case NotDirectoryException _ -> "it is no directory";
            case NotLinkException _ -> "it is no symbolic link";
            case FileSystemLoopException _ -> "its symbolic links lead in a circle";
            case AtomicMoveNotSupportedException _ -> "it lies on another file system";
            case FileSystemException known -> known(known.getReason());
            case CharacterCodingException _ -> "it is not UTF-8 text";
            case ClosedChannelException _ -> "it was closed meanwhile";
            case EOFException _ -> "it ends too early";
            default -> known(e.getMessage());
        };
    }

    /// File and reason, for a line that names neither.
    public static String of(IOException e) {
        return e instanceof FileSystemException known && known.getFile() != null
                ? known.getFile() + ": " + reason(e)
                : reason(e);
    }

    public static String of(UncheckedIOException e) {
        return e.getCause() == null ? known(null) : of(e.getCause());
    }

    private static String known(@Nullable String system) {
        return system == null || system.isBlank() ? "the system gives no reason" : system;
    }
}
