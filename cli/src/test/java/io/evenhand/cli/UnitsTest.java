package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"90s, 90", "30m, 1800", "5 min, 300", "2h, 7200", "3d, 259200", "365d, 31536000"})
    @DisplayName("durations are read as people write them")
    void durations(String text, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), Units.duration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "h", "-2h", "1.5h", "2 weeks", "0s", "366d", "99999999999s"})
    @DisplayName("a duration without a unit, or out of range, is refused")
    void wrongDurations(String text) {
        assertThrows(MalformedException.class, () -> Units.duration(text));
    }

    @ParameterizedTest
    @CsvSource({
        "5, 5s",
        "60, 1m",
        "125, 2m 5s",
        "3600, 1h",
        "7500, 2h 5m",
        "90000, 1d 1h",
        "172800, 2d"
    })
    @DisplayName("durations are shown with their two largest units")
    void shown(long seconds, String text) {
        assertEquals(text, Units.show(Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest
    @CsvSource({"512 B, 512", "64 KiB, 65536", "100MiB, 104857600", "2 GiB, 2147483648"})
    @DisplayName("sizes are read with their binary unit")
    void sizes(String text, long bytes) {
        assertEquals(bytes, Units.size(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "1 MB", "-1 B", "1.5 GiB", "9999999999 B"})
    @DisplayName("a size without a binary unit is refused")
    void wrongSizes(String text) {
        assertThrows(MalformedException.class, () -> Units.size(text));
    }

    @ParameterizedTest
    @CsvSource({
        "2 weeks, \"weeks\" is no unit of time known here",
        "5MB, \"MB\" is no unit of size known here",
        "7 mib, \"mib\" is no unit of size known here"
    })
    @DisplayName("a unit that is not known is named")
    void unknownUnits(String text, String why) {
        boolean isTime = why.contains("time");
        String said =
                assertThrows(
                                MalformedException.class,
                                () -> {
                                    var _ =
                                            isTime
                                                    ? Units.duration(text)
                                                    : (Object) Units.size(text);
                                })
                        .getMessage();
        assertTrue(String.valueOf(said).contains(why), said);
    }

    @Test
    @DisplayName("sizes are shown in the largest unit that fits")
    void shownSizes() {
        assertEquals("11 B", Units.showSize(11));
        assertEquals("1.5 KiB", Units.showSize(1536));
        assertEquals("100.0 MiB", Units.showSize(100 << 20));
    }
}
