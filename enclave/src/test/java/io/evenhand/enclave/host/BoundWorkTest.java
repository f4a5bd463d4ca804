package io.evenhand.enclave.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.sandbox.FileSource;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.kit.value.Bytes32;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundWorkTest {
    @TempDir Path folder;

    @Test
    @DisplayName("16b: every pass counts, read to its end or not")
    void passes() throws Exception {
        Path file = Files.writeString(folder.resolve("work"), "row,label\n1,a\n");
        try (Source lent = FileSource.open(file)) {
            BoundWork bound = new BoundWork(lent, PlainRoot.of(file));
            assertEquals(14, bound.length());
            assertTrue(bound.unchanged());
            try (var first = bound.open()) {
                assertEquals('r', first.read());
                first.skipNBytes(3);
                assertEquals('l', first.read());
            }
            assertTrue(bound.unchanged(), "skipped bytes count");
            try (var early = bound.open();
                    var whole = bound.open()) {
                assertEquals('r', early.read());
                assertEquals(14, whole.readAllBytes().length);
            }
            assertTrue(bound.unchanged(), "the rest is read");
            Files.writeString(file, "row,label\n1,b\n");
            assertEquals('r', bound.open().read());
            assertFalse(bound.unchanged());
            assertTrue(bound.isChanged());
        }
    }

    @Test
    @DisplayName("16b: leaves come in any order, and each is the one of the first pass")
    void leaves() throws Exception {
        byte[] text = "aaaaaaa\n".repeat(300_000).getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(folder.resolve("work"), text);
        BoundWork bound = new BoundWork(FileSource.open(file), PlainRoot.of(file));
        try (Source source = bound.source()) {
            assertEquals(text.length, source.length());
            for (int leaf : new int[] {2, 0, 1}) {
                int from = leaf * Source.LEAF;
                int to = Math.min(text.length, from + Source.LEAF);
                assertArrayEquals(Arrays.copyOfRange(text, from, to), source.leaf(leaf));
            }
            text[Source.LEAF] = 'b';
            Files.write(file, text);
            assertThrows(IOException.class, () -> source.leaf(1));
            assertTrue(bound.isChanged());
            assertEquals(Source.LEAF, source.leaf(0).length);
        }
        BoundWork again = new BoundWork(FileSource.open(file), Bytes32.ZERO);
        assertThrows(IOException.class, again::source);
        assertTrue(again.isChanged());
    }
}
