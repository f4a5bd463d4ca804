package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.delegation.DelegationProtocol;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.SessionKey;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ScreenTest {
    private static final int FLOOD = 10_000;

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    private Screen screen(boolean manySessions, String... options) {
        PrintStream out = new PrintStream(lines, true, StandardCharsets.UTF_8);
        Shell shell = new Shell(out, out, Map.of());
        CommandLine.populateCommand(shell, options);
        return new Screen(shell, new DelegationProtocol().story(shell.home()), manySessions);
    }

    @Test
    @DisplayName("a peer that is refused over and over does not fill the log")
    void refusedOverAndOver() {
        Screen screen = screen(true, "--verbose");
        for (int i = 0; i < FLOOD; i++) {
            SessionKey session = new SessionKey(DelegationRoles.PROVIDER, new Bytes32(0, 0, 0, i));
            screen.on(new NodeEvent.Ignored(session, "a message", "UNKNOWN", "no exchange"));
        }
        long printed = lines.toString(StandardCharsets.UTF_8).lines().count();
        assertTrue(printed >= 100 && printed < FLOOD / 10, printed + " lines");
    }

    @Test
    @DisplayName("what harmed nothing is on no screen; what is tried again and again is, once")
    void harmless() {
        Screen screen = screen(false);
        SessionKey session = new SessionKey(DelegationRoles.CUSTOMER, new Bytes32(0, 0, 0, 1));
        screen.on(new NodeEvent.Ignored(session, "WorkFetched", "LATE", "it comes too late"));
        screen.on(
                new NodeEvent.MessageReceived(
                        session, "T2", "Accept", new PartyId(new Bytes32(0, 0, 0, 2))));
        assertEquals("", lines.toString(StandardCharsets.UTF_8));
        for (int i = 0; i < 10; i++) {
            screen.on(new NodeEvent.Retrying(session, "SendOffer", "no answer", 1_000));
        }
        assertEquals(
                "SendOffer waits and is tried again: no answer\n",
                lines.toString(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("of many exchanges each step is told once, with the exchange it is of")
    void manyExchanges() {
        Screen screen = screen(true);
        SessionKey one = new SessionKey(DelegationRoles.CUSTOMER, new Bytes32(0, 0, 0, 1));
        SessionKey two = new SessionKey(DelegationRoles.CUSTOMER, new Bytes32(1, 0, 0, 1));
        screen.goesOn(one, "Fetching");
        screen.on(new NodeEvent.StateChanged(two, "AwaitingWork", "Fetching"));
        screen.on(new NodeEvent.StateChanged(one, "Fetching", "Checking"));
        screen.on(new NodeEvent.StateChanged(one, "Checking", "Opening"));
        assertEquals(
                List.of(
                        "00000000  4/6 the work passes; fetching it, sealed",
                        Screen.brief(two) + "  4/6 the work passes; fetching it, sealed",
                        "00000000  6/6 opening the work"),
                lines.toString(StandardCharsets.UTF_8).lines().toList());
    }
}
