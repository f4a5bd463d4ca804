package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.SessionKey;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private static final int FLOOD = 10_000;

    @Test
    @DisplayName("a peer that is refused over and over does not fill the log")
    void refusedOverAndOver() {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(lines, true, StandardCharsets.UTF_8);
        Screen screen = new Screen(new Shell(out, out, Map.of()), true);
        for (int i = 0; i < FLOOD; i++) {
            SessionKey session = new SessionKey(DelegationRoles.PROVIDER, new Bytes32(0, 0, 0, i));
            screen.on(new NodeEvent.Ignored(session, "a message", "UNKNOWN", "no exchange"));
        }
        long printed = lines.toString(StandardCharsets.UTF_8).lines().count();
        assertTrue(printed >= 100 && printed < FLOOD / 10, printed + " lines");
    }
}
