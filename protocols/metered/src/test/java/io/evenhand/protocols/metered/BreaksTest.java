package io.evenhand.protocols.metered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.node.NodeEffect;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What happens to a session that is broken off, and to the one after it.
class BreaksTest {
    private static final StreamMessage LOST = new StreamMessage.At(1, 0, 0, Wei.ZERO);

    private static Table running(int window) {
        Table table = new Table(window, 1000);
        table.open(1, Optional.empty(), List.of());
        table.settle();
        return table;
    }

    /// Two sessions whose keys were lost, of two rounds each; the node has the key of the first.
    private static List<RequesterState.Running> lost(Table table) {
        table.wire = message -> message instanceof StreamMessage.Key ? LOST : message;
        table.want(2, 7);
        table.settle();
        RequesterState.Running first = (RequesterState.Running) table.requester;
        table.open(2, Optional.empty(), List.of());
        // The enclave of the first session is gone before its pair is shown.
        table.requester(table.requesterDisk.poll());
        table.toNode.clear();
        return List.of(first, first);
    }

    @Test
    @DisplayName("G7, F12: the node's pair opens the rounds of whichever session it is of")
    void anySession() {
        Table table = running(2);
        RequesterState.Running none = (RequesterState.Running) table.requester;
        List<RequesterState.Running> held = lost(table);
        table.wire = message -> message;
        table.open(3, Optional.empty(), List.of(held.getFirst(), none));
        table.settle();
        assertEquals(2, table.outputs.size());
        assertEquals(14, Table.count(table.state));
        RequesterState.Running now =
                assertInstanceOf(RequesterState.Running.class, table.requester);
        assertTrue(!now.session().restored());
    }

    @Test
    @DisplayName("A-I1: a close opens the rounds of a session before, whatever the next one is at")
    void closedLater() {
        Table table = running(2);
        List<RequesterState.Running> held = lost(table);
        Pair newest = table.node.channel().newest().orElseThrow();
        table.open(3, Optional.empty(), List.of(held.getFirst()));
        assertInstanceOf(RequesterState.Greeting.class, table.requester);
        table.requester(new RequesterInput.Closed(newest.k()));
        assertEquals(2, table.outputs.size());
        RequesterState.Over over = assertInstanceOf(RequesterState.Over.class, table.requester);
        assertEquals(14, Table.count(over.setting().state()));
    }

    @Test
    @DisplayName("A6: after a close the state that it opened is what the user goes on from")
    void goesOnElsewhere() {
        Table table = running(4);
        table.wire = message -> message instanceof StreamMessage.Key ? LOST : message;
        table.want(4, 7);
        table.settle();
        Pair newest = table.node.channel().newest().orElseThrow();
        table.requester(new RequesterInput.Closed(newest.k()));
        RequesterState.Over over = assertInstanceOf(RequesterState.Over.class, table.requester);
        assertEquals(28, Table.count(over.last().orElseThrow().opened().state()));
    }

    @Test
    @DisplayName("G4: what was executed before a stop is paid, then the node closes")
    void stopped() {
        Table table = running(2);
        table.want(3, 7);
        table.node(new NodeInput.Heard(table.toNode.poll()));
        assertEquals(3, table.executions);
        table.requester(new RequesterInput.Stop());
        table.settle();
        assertEquals(3, table.outputs.size());
        assertEquals(Wei.of(5 + 3 * 8), table.node.channel().total());
        assertEquals("done", table.ends.getLast());
        assertInstanceOf(NodeEffect.Close.class, table.noted.getLast());
    }

    @Test
    @DisplayName("G4: a stop with nothing to pay ends both sides at once")
    void stoppedIdle() {
        Table table = running(2);
        table.requester(new RequesterInput.Stop());
        assertEquals("done", table.ends.getLast());
        table.settle();
        assertInstanceOf(NodeEffect.Close.class, table.noted.getLast());
    }

    @Test
    @DisplayName("G2: a session is not begun that the account does not grant")
    void sessionDenied() {
        Table table = new Table(2, 1000);
        table.granted = false;
        table.open(1, Optional.empty(), List.of());
        table.settle();
        assertEquals("PEER_REFUSED", table.ends.getLast());
        assertInstanceOf(NodeState.None.class, table.node.session());
        table.granted = true;
        table.open(2, Optional.empty(), List.of());
        table.settle();
        assertInstanceOf(RequesterState.Running.class, table.requester);
        assertEquals(List.of(new NodeEffect.Charge(Wei.of(5))), table.noted);
    }

    @Test
    @DisplayName(
            "A-I13: an update that was being flushed when its enclave died counts all the same")
    void diesWhileFlushing() {
        Table table = running(1);
        table.want(1, 7);
        table.node(new NodeInput.Heard(table.toNode.poll()));
        table.requester(new RequesterInput.Heard(table.toRequester.poll()));
        table.requester(table.requesterDisk.poll());
        table.node(new NodeInput.Heard(table.toNode.poll()));
        table.node(new NodeInput.Gone(1, false));
        assertTrue(table.toRequester.isEmpty(), table.toRequester::toString);
        assertTrue(table.node.channel().newest().isEmpty());
        table.settle();
        assertEquals(Wei.of(5 + 8), table.node.channel().total());
        assertEquals(1, table.outputs.size());
        assertEquals(Wei.ZERO, table.node.channel().owed());
    }

    @Test
    @DisplayName("G3: what died with its enclave is struck off, and nobody owes it")
    void struckOff() {
        Table table = running(4);
        table.want(2, 7);
        table.node(new NodeInput.Heard(table.toNode.poll()));
        table.noted.clear();
        table.node(new NodeInput.Gone(1, false));
        assertEquals(Wei.ZERO, table.node.channel().owed());
        assertTrue(table.noted.contains(new NodeEffect.StrikeOff(Wei.of(5 + 2 * 8))));
    }

    @Test
    @DisplayName("G5: a request said again is answered with the results that are not paid")
    void resultsAgain() {
        Table table = running(4);
        table.want(2, 7);
        StreamMessage run = table.toNode.poll();
        table.node(new NodeInput.Heard(run));
        List<StreamMessage> said = List.copyOf(table.toRequester);
        assertEquals(2, said.size());
        table.toRequester.clear();
        table.node(new NodeInput.Heard(run));
        assertEquals(said, List.copyOf(table.toRequester));
        table.settle();
        assertEquals(2, table.outputs.size());
    }

    @Test
    @DisplayName("a round that does not follow is not held, and ends nothing")
    void gap() {
        Table table = running(4);
        table.want(2, 7);
        table.node(new NodeInput.Heard(table.toNode.poll()));
        table.toRequester.poll();
        table.requester(new RequesterInput.Heard(table.toRequester.poll()));
        RequesterState.Running now =
                assertInstanceOf(RequesterState.Running.class, table.requester);
        assertEquals(0, now.received().round());
        table.requester(new RequesterInput.Reconnected());
        table.settle();
        assertEquals(2, table.outputs.size());
    }

    @Test
    @DisplayName("F9: the enclave's signature stays with what is held, also one that came later")
    void signature() {
        Table table = running(1);
        table.want(3, 7);
        table.node(new NodeInput.Heard(table.toNode.poll()));
        table.requester(new RequesterInput.Heard(table.toRequester.poll()));
        assertTrue(held(table).signature().isEmpty());
        table.node(new NodeInput.Heard(new StreamMessage.Sign(1, 1)));
        while (!table.toRequester.isEmpty()) {
            table.requester(new RequesterInput.Heard(table.toRequester.poll()));
        }
        assertTrue(held(table).signature().isPresent());
    }

    private static RequesterState.Held held(Table table) {
        return ((RequesterState.Running) table.requester).received().held().getFirst();
    }
}
