package io.evenhand.kit.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
    @TempDir Path folder;

    private static String rights(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    @DisplayName("what is made belongs to its owner alone, with all that is missing above it")
    void rights() throws IOException {
        Path directory = folder.resolve("a/b");
        PrivateFiles.directory(directory);
        assertEquals("rwx------", rights(directory));
        assertEquals("rwx------", rights(directory.resolveSibling("")));
        Path file = directory.resolve("f");
        PrivateFiles.make(file);
        assertEquals("rw-------", rights(file));
        Path copy = directory.resolve("g");
        PrivateFiles.copy(Files.writeString(folder.resolve("open"), "text"), copy);
        assertEquals("rw-------", rights(copy));
        assertEquals("text", Files.readString(copy));
        Path of = Files.writeString(folder.resolve("theirs"), "");
        PrivateFiles.close(of);
        assertEquals("rw-------", rights(of));
    }

    @Test
    @DisplayName("an erased file is overwritten whole before it goes")
    void erased() throws IOException {
        byte[] content = new byte[200_001];
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve("f"), content);
        try (FileChannel still = FileChannel.open(file, StandardOpenOption.READ)) {
            PrivateFiles.erase(file);
            assertFalse(Files.exists(file));
            ByteBuffer seen = ByteBuffer.allocate(content.length);
            while (seen.hasRemaining() && still.read(seen) >= 0) {}
            assertArrayEquals(new byte[content.length], seen.array());
        }
        PrivateFiles.erase(file);
    }

    @Test
    @DisplayName("what has another name too loses this one, and nothing else")
    void linked() throws IOException {
        Path theirs = Files.writeString(folder.resolve("theirs"), "kept");
        Path hard = Files.createLink(folder.resolve("hard"), theirs);
        Path soft = Files.createSymbolicLink(folder.resolve("soft"), theirs);
        PrivateFiles.erase(hard);
        PrivateFiles.erase(soft);
        assertFalse(Files.exists(hard) || Files.exists(soft));
        assertEquals("kept", Files.readString(theirs));
    }
}
