package io.evenhand.demo.delegation.cheat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.Message;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AlteredTest {
    private static final Deadlines TIMES = new Deadlines(1, 2, 3, 4);

    @Test
    @DisplayName("one component changes and the others stay")
    void one() {
        assertEquals(new Deadlines(1, 9, 3, 4), Altered.of(TIMES, "tFund", 9L));
    }

    @Test
    @DisplayName("a component that is not there is a mistake of ours")
    void unknown() {
        assertThrows(IllegalArgumentException.class, () -> Altered.of(TIMES, "tfund", 9L));
    }

    @Test
    @DisplayName("a record's own rules hold for what a liar makes too")
    void rules() {
        Message.Refuse longLine = Altered.of(new Message.Refuse("no"), "reason", "x".repeat(9999));
        assertEquals(1024, longLine.reason().length());
    }
}
