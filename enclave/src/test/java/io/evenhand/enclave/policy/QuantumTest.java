package io.evenhand.enclave.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantumTest {
    private static final long MS = 1_000_000;

    @ParameterizedTest
    @DisplayName("a verdict leaves at a multiple of 250 ms, never at once")
    @CsvSource({
        "0, 250000000",
        "1, 249999999",
        "249999999, 1",
        "250000000, 0",
        "250000001, 249999999",
        "1000000000, 0",
        "1000000001, 249999999"
    })
    void grid(long elapsed, long wait) {
        assertEquals(wait, Quantum.release(0, elapsed));
        assertEquals(wait, Quantum.release(-17, elapsed - 17));
        assertEquals(wait, Quantum.release(Long.MAX_VALUE - 5, Long.MAX_VALUE - 5 + elapsed));
    }

    @Test
    @DisplayName("two works judged within one step leave at the same moment")
    void indistinguishable() {
        for (int seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            long start = random.nextLong();
            long step = random.nextInt(400) * 250L * MS;
            long a = step + 1 + random.nextInt((int) (250 * MS));
            long b = step + 1 + random.nextInt((int) (250 * MS));
            assertEquals(
                    a + Quantum.release(start, start + a),
                    b + Quantum.release(start, start + b),
                    "seed " + seed);
        }
    }

    @Test
    @DisplayName("a try that ended before it began is a programmer's error")
    void backwards() {
        assertThrows(IllegalArgumentException.class, () -> Quantum.release(1, 0));
    }
}
