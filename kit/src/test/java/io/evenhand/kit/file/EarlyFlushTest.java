package io.evenhand.kit.file;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlyFlushTest {
    private static final long STEP = 64L << 20;

    @TempDir Path directory;

    @Test
    @DisplayName("a flush that fails is heard of once, by who writes on or ends the file")
    void failure() throws Exception {
        Path gone = directory.resolve("gone");
        EarlyFlush.grows(gone, STEP - 1, STEP);
        var e = assertThrows(IOException.class, () -> EarlyFlush.end(gone));
        assertInstanceOf(NoSuchFileException.class, e.getCause());
        EarlyFlush.end(gone);
        EarlyFlush.grows(gone, 2 * STEP - 1, 2 * STEP);
        assertThrows(IOException.class, () -> EarlyFlush.grows(gone, 3 * STEP - 1, 3 * STEP));
    }

    @Test
    @DisplayName("of a file that nobody wants any more nothing is kept")
    void forgotten() throws Exception {
        Path gone = directory.resolve("gone");
        EarlyFlush.grows(gone, STEP - 1, STEP);
        EarlyFlush.forget(gone);
        EarlyFlush.end(gone);
        Path temporary;
        try (NewFile file = NewFile.at(directory.resolve("new"))) {
            try (Stream<Path> all = Files.list(directory)) {
                temporary = all.findFirst().orElseThrow();
            }
            // So that its early flush fails.
            Files.delete(temporary);
            file.write(new byte[Math.toIntExact(STEP)]);
        }
        EarlyFlush.end(temporary);
    }

    @Test
    @DisplayName("nothing is flushed between two multiples, and what is there is flushed at them")
    void due() throws Exception {
        Path gone = directory.resolve("gone");
        EarlyFlush.grows(gone, STEP, 2 * STEP - 1);
        EarlyFlush.end(gone);
        Path file = Files.writeString(directory.resolve("file"), "some bytes");
        EarlyFlush.grows(file, 0, STEP);
        EarlyFlush.end(file);
    }
}
