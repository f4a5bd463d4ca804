package io.evenhand.kit.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class FileTroubleTest {
    @TempDir Path folder;

    private static String reason(Executable failing) {
        return FileTrouble.reason(assertThrows(IOException.class, failing));
    }

    @Test
    @DisplayName("what the file system refuses has a reason, which is not the path again")
    void real() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Path full = Files.createDirectories(folder.resolve("full/inside")).getParent();
        Path circle = Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff});
        assertEquals(
                List.of(
                        "there is no such file or directory",
                        "it exists already",
                        "the directory is not empty",
                        "it is no directory",
                        "it is no symbolic link",
                        "Not a directory",
                        "it is not UTF-8 text"),
                List.of(
                        reason(() -> Files.readString(folder.resolve("none"))),
                        reason(() -> Files.createDirectory(full)),
                        reason(() -> Files.delete(full)),
                        reason(() -> list(file)),
                        reason(() -> Files.readSymbolicLink(file)),
                        reason(() -> Files.createFile(file.resolve("below"))),
                        reason(() -> Files.readString(binary, StandardCharsets.UTF_8))));
        assertEquals(
                circle
                        + ": Too many levels of symbolic links or unable to access attributes of"
                        + " symbolic link",
                FileTrouble.of(assertThrows(IOException.class, () -> Files.readString(circle))));
    }

    private static void list(Path file) throws IOException {
        try (var all = Files.newDirectoryStream(file)) {
            all.forEach(found -> fail("found " + found));
        }
    }

    @Test
    @DisplayName("exceptions without any words get some")
    void wordless() {
        assertEquals(
                "/etc/x: permission denied for this user",
                FileTrouble.of(new UncheckedIOException(new AccessDeniedException("/etc/x"))));
        assertEquals("it was closed meanwhile", FileTrouble.of(new ClosedChannelException()));
        assertEquals("it ends too early", FileTrouble.reason(new EOFException()));
        assertEquals("the system gives no reason", FileTrouble.of(new IOException()));
        assertEquals(
                "/x: the system gives no reason", FileTrouble.of(new FileSystemException("/x")));
        assertEquals(
                "No space left on device",
                FileTrouble.of(new IOException("No space left on device")));
    }
}
