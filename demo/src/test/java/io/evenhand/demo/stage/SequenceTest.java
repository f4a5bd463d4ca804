package io.evenhand.demo.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SequenceTest {
    private static final Map<String, String> AFTER = Map.of("b", "a", "c", "b", "e", "d");

    private final List<String> told = new ArrayList<>();
    private final Sequence sequence = new Sequence(AFTER, told::add);

    @Test
    @DisplayName("what comes too early waits for what is before it")
    void tooEarly() {
        sequence.add("c", "third", 0);
        sequence.add("b", "second", 0);
        sequence.add("x", "of no order", 0);
        assertEquals(List.of("of no order"), told);
        sequence.add("a", "first", 0);
        assertEquals(List.of("of no order", "first", "second", "third"), told);
    }

    @Test
    @DisplayName("what never comes holds nothing back for ever")
    void neverComes() {
        sequence.add("e", "waits", 0);
        assertEquals(List.of(), told);
        sequence.release(Sequence.PATIENCE_NANOS + 1);
        assertEquals(List.of("waits"), told);
        sequence.add("c", "at the end", 0);
        sequence.end();
        assertEquals(List.of("waits", "at the end"), told);
        for (int i = 0; i < 1_000; i++) {
            sequence.add("c", "many", 0);
        }
        assertEquals(902, told.size());
    }
}
