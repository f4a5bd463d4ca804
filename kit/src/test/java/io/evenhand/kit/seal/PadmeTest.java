package io.evenhand.kit.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PadmeTest {
    @ParameterizedTest(name = "S8: {0} bytes are padded to {1}")
    @CsvSource({
        "2,2",
        "8,8",
        "9,10",
        "10,10",
        "15,16",
        "17,18",
        "100,104",
        "1000,1024",
        "1025,1088",
        "1048576,1048576",
        "1048577,1081344",
        "17592186044416,17592186044416"
    })
    void classes(long length, long padded) {
        assertEquals(padded, Padme.length(length));
    }

    @ParameterizedTest(
            name = "S8, seed {0}: a class is its own class, costs at most 12 %, keeps order")
    @ValueSource(longs = {61, 62, 63})
    void properties(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long length = 2 + (random.nextLong() >>> (3 + random.nextInt(60)));
            long padded = Padme.length(length);
            assertTrue(padded >= length, "length " + length);
            assertTrue(padded - length <= Math.max(1, length * 0.12), "length " + length);
            assertEquals(padded, Padme.length(padded));
            assertTrue(Padme.length(length + 1) >= padded);
        }
    }

    @Test
    @DisplayName("lengths below 2 and beyond 2^62 have no class")
    void limits() {
        assertThrows(IllegalArgumentException.class, () -> Padme.length(1));
        assertThrows(IllegalArgumentException.class, () -> Padme.length(-1));
        assertThrows(IllegalArgumentException.class, () -> Padme.length(Long.MAX_VALUE));
    }
}
