package io.evenhand.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What fails again and again is said once, and again after half an hour.
class LogDeduplicatorTest {
    private static final String LINE = "http://node refuses eth_call: no (-32000)";

    private final List<String> heard = new ArrayList<>();

    /// The clock of a virtual machine may stand anywhere, also just before it turns over.
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

    private final LogDeduplicator said =
            new LogDeduplicator((_, line) -> heard.add(line), nanos::get);

    private void pass(Duration time) {
        long _ = nanos.addAndGet(time.toNanos());
    }

    @Test
    void aLineIsSaidOnceInHalfAnHour() {
        said.tell(LINE);
        pass(Duration.ofMinutes(29));
        said.tell(LINE);
        assertEquals(List.of(LINE), heard);
        pass(Duration.ofMinutes(1));
        said.tell(LINE);
        assertEquals(List.of(LINE, LINE), heard);
        said.tell(LINE);
        assertEquals(2, heard.size());
    }

    @Test
    @DisplayName("Lines that differ in their numbers alone are one; other words are another")
    void numbersMakeNoOtherLine() {
        said.tell("block 17 (0xa3f0) is not known");
        said.tell("block 18 (0x77b1) is not known");
        assertEquals(List.of("block 17 (0xa3f0) is not known"), heard);
        said.tell("block 18 (0x77b1) is known");
        assertEquals(2, heard.size());
    }

    @Test
    @DisplayName("However many lines there are, it forgets only the oldest")
    void itRemembersNotForEver() {
        said.tell("a");
        for (String line = "b"; line.length() <= 64; line += "b") {
            said.tell(line);
        }
        heard.clear();
        said.tell("b".repeat(64));
        assertEquals(List.of(), heard);
        said.tell("a");
        assertEquals(List.of("a"), heard);
    }
}
