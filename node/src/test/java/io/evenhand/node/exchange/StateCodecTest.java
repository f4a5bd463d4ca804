package io.evenhand.node.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.value.Octets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a codec remembers.
class StateCodecTest {
    private static final int LARGE = 64 << 10;

    sealed interface State {
        @Kind("Large")
        record Large(int number, @Limit(1 << 24) Octets bytes) implements State {}
    }

    private static State large(int number) {
        return new State.Large(number, new Octets(new byte[LARGE]));
    }

    @Test
    @DisplayName("however large states are, a bounded number of bytes is remembered")
    void bounded() {
        StateCodec<State> codec = new StateCodec<>(State.class);
        Octets first = codec.encode(large(0));
        for (int i = 1; i < 1_000; i++) {
            assertEquals(large(i), codec.decode(codec.encode(large(i))));
            assertTrue(codec.remembered() <= StateCodec.REMEMBERED);
        }
        assertTrue(codec.remembered() > StateCodec.REMEMBERED - 2 * LARGE);
        assertEquals(large(0), codec.decode(first), "the first one is read again");
    }

    @Test
    @DisplayName("what was read lately is not read again, and counts once")
    void once() {
        StateCodec<State> codec = new StateCodec<>(State.class);
        State state = large(1);
        Octets stored = codec.encode(state);
        int bytes = codec.remembered();
        assertEquals(stored, codec.encode(state));
        assertSame(state, codec.decode(stored));
        assertEquals(bytes, codec.remembered());
    }

    @Test
    @DisplayName("a state that is larger than all that may be remembered is read and not kept")
    void tooLarge() {
        StateCodec<State> codec = new StateCodec<>(State.class);
        State huge = new State.Large(1, new Octets(new byte[StateCodec.REMEMBERED]));
        assertEquals(huge, codec.decode(codec.encode(huge)));
        assertEquals(0, codec.remembered());
    }
}
