package io.evenhand.protocols.metered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.enclave.EnclaveInput;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
    private static Table running(int window) {
        Table table = new Table(window, 1000);
        table.open(1, Optional.empty(), List.of());
        table.settle();
        assertInstanceOf(RequesterState.Running.class, table.requester);
        return table;
    }

    private static Pair newest(Table table) {
        return table.node.channel().newest().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    @DisplayName("X1-X4: every round is opened, and the node can close with exactly its price")
    void honest(int window) {
        Table table = running(window);
        table.want(10, 7);
        table.settle();
        assertEquals(10, table.outputs.size());
        assertEquals(70, Table.count(table.state));
        // perSession 5, and 1 + 7 a round.
        assertEquals(Wei.of(5 + 10 * 8), newest(table).total());
        assertEquals(10, table.executions);
    }

    @Test
    @DisplayName("A28: a request goes on from the last state, or from one of its own")
    void goesOn() {
        Table table = running(2);
        table.want(3, 7);
        table.settle();
        table.want(2, 5);
        table.settle();
        assertEquals(31, Table.count(table.state));
        Octets other = Table.counter(1000);
        table.requester(
                new RequesterInput.Want(
                        1,
                        2,
                        Optional.of(
                                new RequesterInput.Begin(
                                        other,
                                        new StreamMessage.SealedState(
                                                io.evenhand.kit.value.Bytes32.ZERO, other)))));
        table.settle();
        assertEquals(1002, Table.count(table.state));
    }

    @Test
    @DisplayName("A-I13: no key is said before its update and the key are on disk")
    void flushBeforeKey() {
        Table table = running(1);
        table.want(1, 7);
        table.node(new NodeInput.Heard(table.toNode.poll()));
        table.requester(new RequesterInput.Heard(table.toRequester.poll()));
        // The requester's flush: nothing is said before.
        assertTrue(table.toNode.isEmpty());
        table.requester(table.requesterDisk.poll());
        table.node(new NodeInput.Heard(table.toNode.poll()));
        assertTrue(table.toRequester.isEmpty());
        table.node(table.nodeDisk.poll());
        assertInstanceOf(StreamMessage.Key.class, table.toRequester.poll());
    }

    @Test
    @DisplayName("A7: at most a window is signed and not open; G2: at most window + 1 unpaid")
    void window() {
        Table table = running(2);
        table.want(10, 7);
        table.node(new NodeInput.Heard(table.toNode.poll()));
        // The requester hears results, and no key.
        assertEquals(3, table.executions);
        while (!table.toRequester.isEmpty()) {
            table.requester(new RequesterInput.Heard(table.toRequester.poll()));
        }
        while (!table.requesterDisk.isEmpty()) {
            table.requester(table.requesterDisk.poll());
        }
        int most = 0;
        for (StreamMessage message : table.toNode) {
            most = Math.max(most, ((StreamMessage.Update) message).round());
        }
        assertEquals(2, most);
    }

    @Test
    @DisplayName("F4, A26: a fault is charged, changes no state and ends the session")
    void fault() {
        Table table = running(4);
        table.program =
                ran ->
                        new EnclaveInput.Ran(
                                End.TRAP, 0, 3, Table.counter(99), new Octets(new byte[0]));
        table.want(5, 7);
        table.settle();
        assertEquals(0, Table.count(table.state));
        assertEquals(Wei.of(5 + 1 + 3), newest(table).total());
        assertEquals("PROGRAM", table.ends.getLast());
    }

    @Test
    @DisplayName("X1: more rounds of the same size may be asked for while rounds run")
    void more() {
        Table table = running(2);
        table.want(2, 7);
        table.want(3, 7);
        table.settle();
        assertEquals(35, Table.count(table.state));
    }

    @Test
    @DisplayName("G4: after Stop no further round runs; what was executed is paid, then it closes")
    void stop() {
        Table table = running(2);
        table.want(20, 7);
        table.node(new NodeInput.Heard(table.toNode.poll()));
        table.requester(new RequesterInput.Stop());
        table.settle();
        assertEquals(table.executions, table.outputs.size());
        assertEquals(1, table.closes);
        assertEquals("done", table.ends.getLast());
    }

    @Test
    @DisplayName("G9: DONE ends the request, not the session")
    void done() {
        Table table = running(4);
        table.program = ran -> new EnclaveInput.Ran(End.DONE, 2, 2, ran.state(), ran.output());
        table.want(5, 7);
        table.settle();
        assertEquals(1, table.executions);
        table.want(5, 7);
        table.settle();
        assertEquals(2, table.executions);
        assertEquals(2, table.outputs.size());
    }

    @Test
    @DisplayName("A12: no round runs that the deposit would not pay; a top-up goes on")
    void deposit() {
        Table table = new Table(8, 25);
        table.open(1, Optional.empty(), List.of());
        table.settle();
        table.want(5, 7);
        table.settle();
        assertEquals(2, table.executions);
        table.node(new NodeInput.Deposit(Wei.of(100)));
        table.requester(new RequesterInput.Deposit(Wei.of(100)));
        table.settle();
        assertEquals(5, table.outputs.size());
    }

    @Test
    @DisplayName("G2: what the account does not grant does not run, until it changes")
    void account() {
        Table table = running(8);
        table.granted = false;
        table.want(1, 7);
        table.settle();
        assertEquals(0, table.executions);
        table.granted = true;
        table.node(new NodeInput.AccountChanged());
        table.settle();
        assertEquals(1, table.outputs.size());
    }

    @Test
    @DisplayName("F2: a second session counts from the newest total, and goes on from its state")
    void secondSession() {
        Table table = running(2);
        table.want(3, 7);
        table.settle();
        Pair pair = ((RequesterState.Running) table.requester).opened().pair().orElseThrow();
        assertEquals(newest(table), pair);
        table.open(2, Optional.of(pair), List.of());
        table.settle();
        table.want(2, 7);
        table.settle();
        assertEquals(35, Table.count(table.state));
        assertEquals(Wei.of(5 + 3 * 8 + 5 + 2 * 8), newest(table).total());
    }

    @Test
    @DisplayName(
            "G7: rounds that the node holds the key of are opened by its hello, not bought again")
    void helloOpens() {
        Table table = running(2);
        table.want(2, 7);
        // The keys are lost on the wire.
        table.wire =
                message ->
                        message instanceof StreamMessage.Key
                                ? new StreamMessage.At(1, 2, 2, Wei.ZERO)
                                : message;
        table.settle();
        assertEquals(0, table.outputs.size());
        RequesterState.Running last = (RequesterState.Running) table.requester;
        table.wire = message -> message;
        table.open(2, Optional.empty(), List.of(last));
        table.settle();
        assertEquals(2, table.outputs.size());
        assertEquals(14, Table.count(table.state));
        assertEquals(
                newest(table).total(), ((RequesterState.Running) table.requester).session().base());
    }

    @Test
    @DisplayName("G1: a pair above the deposit is not taken, and the stored one stays")
    void pairAboveDeposit() {
        Table table = running(2);
        table.want(3, 7);
        table.settle();
        Pair before = newest(table);
        Wei total = Wei.of(1001);
        var k = Table.named("own key");
        var lock = table.crypto.rounds().lockOf(k);
        var signer = ((RequesterState.Running) table.requester).setting().signer();
        Pair junk =
                new Pair(
                        total,
                        lock,
                        table.crypto.signUpdate(signer, table.terms, table.channel, total, lock),
                        k);
        table.open(2, Optional.of(junk), List.of());
        table.settle();
        assertEquals(before, newest(table));
        assertEquals("PEER_REFUSED", table.ends.getLast());
    }

    @Test
    @DisplayName("G4: a pair of the requester's own making settles what it owes")
    void settlement() {
        Table table = running(4);
        table.want(4, 7);
        // Results come, and nothing is paid.
        table.node(new NodeInput.Heard(table.toNode.poll()));
        table.toRequester.clear();
        table.node(new NodeInput.Gone(1, true));
        assertEquals(Wei.of(5 + 4 * 8), table.node.channel().owed());
        Wei total = table.node.channel().owed();
        var k = Table.named("own key");
        var lock = table.crypto.rounds().lockOf(k);
        var signer = ((RequesterState.Running) table.requester).setting().signer();
        Pair own =
                new Pair(
                        total,
                        lock,
                        table.crypto.signUpdate(signer, table.terms, table.channel, total, lock),
                        k);
        table.toRequester.clear();
        table.open(2, Optional.of(own), List.of());
        table.settle();
        assertEquals(Wei.ZERO, table.node.channel().owed());
        assertEquals(total, newest(table).total());
        assertInstanceOf(RequesterState.Running.class, table.requester);
    }

    @Test
    @DisplayName("F6: a result that is not what the enclave stated ends the session unpaid")
    void forged() {
        Table table = running(2);
        table.wire =
                message ->
                        message instanceof StreamMessage.Result result
                                ? new StreamMessage.Result(
                                        result.round(),
                                        result.d(),
                                        result.charged(),
                                        result.end(),
                                        Table.named("junk"),
                                        result.lock(),
                                        result.mac(),
                                        result.signature(),
                                        result.ciphertext())
                                : message;
        table.want(3, 7);
        table.settle();
        assertEquals("MAC", table.ends.getLast());
        assertTrue(table.node.channel().newest().isEmpty());
    }

    @Test
    @DisplayName("A8, A-I9: while it closes, a node says Ended without a key, and nothing else")
    void closing() {
        Table table = running(2);
        table.want(1, 7);
        table.settle();
        table.node(new NodeInput.Closing());
        table.toRequester.clear();
        table.requester(new RequesterInput.Want(1, 7, Optional.empty()));
        table.node(new NodeInput.Heard(table.toNode.poll()));
        StreamMessage.Ended ended =
                assertInstanceOf(StreamMessage.Ended.class, table.toRequester.poll());
        assertTrue(ended.pair().isEmpty());
        assertEquals(1, table.executions);
    }

    @Test
    @DisplayName("A6: a key that a close publishes opens what it pays for")
    void closedOnChain() {
        Table table = running(4);
        table.want(4, 7);
        table.wire =
                message ->
                        message instanceof StreamMessage.Key
                                ? new StreamMessage.At(1, 4, 4, Wei.ZERO)
                                : message;
        table.settle();
        assertEquals(0, table.outputs.size());
        table.requester(new RequesterInput.Closed(newest(table).k()));
        assertEquals(4, table.outputs.size());
    }

    @Test
    @DisplayName("G5: the same opening gets the same hello; an older number gets Ended")
    void again() {
        Table table = running(2);
        RequesterState.Running running = (RequesterState.Running) table.requester;
        table.node(new NodeInput.Heard(new StreamMessage.Session(running.session().opening())));
        StreamMessage.SignedHello hello =
                assertInstanceOf(StreamMessage.SignedHello.class, table.toRequester.poll());
        assertEquals(((NodeState.Serving) table.node.session()).hello(), hello);
        table.open(1, Optional.empty(), List.of());
        table.requester(table.requesterDisk.poll());
        StreamMessage.Session other = (StreamMessage.Session) table.toNode.poll();
        assertEquals(running.session().opening(), other.opening());
    }
}
