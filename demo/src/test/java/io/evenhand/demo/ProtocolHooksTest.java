package io.evenhand.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.evenhand.cli.command.PartyHooks;
import io.evenhand.node.store.Role;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProtocolHooksTest {
    private static final Instant EARLY = Instant.ofEpochSecond(1);
    private static final Instant LATE = Instant.ofEpochSecond(2);

    private record Clock(Instant at) implements PartyHooks {
        @Override
        public InstantSource clock(Role role) {
            return InstantSource.fixed(at);
        }
    }

    @Test
    @DisplayName("each protocol's hooks are around its own parties, whatever other ones there are")
    void each() {
        PartyHooks hooks =
                new ProtocolHooks(
                        List.of(
                                new ToyDemo("early", new Clock(EARLY)),
                                new ToyDemo("late", new Clock(LATE)),
                                new ToyDemo()));
        assertEquals(EARLY, hooks.clock(new Role("early", "buyer")).instant());
        assertEquals(LATE, hooks.clock(new Role("late", "buyer")).instant());
        for (String honest : List.of("toy", "unknown")) {
            Instant now = hooks.clock(new Role(honest, "buyer")).instant();
            assertNotEquals(EARLY, now);
            assertNotEquals(LATE, now);
        }
    }
}
