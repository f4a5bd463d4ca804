package io.evenhand.kit.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFileTest {
    private static final byte[] BYTES = "new".getBytes(StandardCharsets.UTF_8);

    @TempDir Path directory;

    @Test
    @DisplayName("a file that has the name by then keeps it, if the new one is to be the first")
    void keeps() throws IOException {
        Path target = directory.resolve("name");
        try (NewFile file = NewFile.at(target)) {
            file.write(BYTES);
            Files.writeString(target, "old");
            assertThrows(IOException.class, file::commitNew);
        }
        assertEquals("old", Files.readString(target));
        assertEquals(List.of(target), all());
        Files.delete(target);
        Files.createSymbolicLink(target, Path.of("nowhere"));
        try (NewFile file = NewFile.at(target)) {
            file.write(BYTES);
            assertThrows(IOException.class, file::commitNew);
        }
        Files.delete(target);
        try (NewFile file = NewFile.at(target)) {
            file.write(BYTES);
            file.commitNew();
        }
        assertEquals("new", Files.readString(target));
        assertEquals(List.of(target), all());
    }

    @Test
    @DisplayName("else it takes the name over")
    void replaces() throws IOException {
        Path target = Files.writeString(directory.resolve("name"), "old");
        try (NewFile file = NewFile.at(target)) {
            file.write(BYTES);
            assertEquals("old", Files.readString(target));
            file.commit();
        }
        assertEquals("new", Files.readString(target));
    }

    private List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
