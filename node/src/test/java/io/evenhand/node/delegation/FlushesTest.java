package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.exchange.RoleRuntime;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.Outboxes;
import io.evenhand.node.store.EventTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How often a message that is received and answered waits for the disk, with a stamper's runtime
/// and its real outbox.
@Timeout(60)
class FlushesTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L));
    private static final Bytes32 REF = new Bytes32(1, 2, 3, 4);
    private static final PartyId CUSTOMER = new PartyId(new Bytes32(0, 0, 0, 9));

    @TempDir Path directory;
    private StamperRig rig;
    private Store store;
    private Outboxes outboxes;
    private Sessions<StamperState, Input, Message, Effect> sessions;
    private RoleRuntime runtime;

    @BeforeEach
    void start() {
        rig = new StamperRig(directory, CLOCK, node -> node);
        store = rig.store;
        outboxes = rig.outboxes;
        sessions = rig.sessions;
        runtime = RoleRuntime.of(sessions, rig.rails::time, rig.node, 1);
        boolean _ =
                sessions.create(
                        REF,
                        List.of(CUSTOMER),
                        new Octets(new byte[8]),
                        () -> new StamperState.Idle(store.keys().create()));
    }

    @AfterEach
    void close() {
        runtime.close();
        rig.close();
    }

    private Sessions.Reaction ask(Bytes32 nonce) {
        return sessions.receive(REF, CUSTOMER, new Message.AskStampKey(nonce));
    }

    /// Until the answer lies in the outbox and nothing is left to do.
    private void awaitAnswer() {
        while (!store.effects().waiting().isEmpty()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private List<String> lines() {
        return store.events().of(sessions.key(REF)).stream().map(EventTable.Entry::text).toList();
    }

    @Test
    void aMessageReceivedAndAnsweredCostsOne() {
        long before = store.counts().flushes();
        assertInstanceOf(Sessions.Reaction.Moved.class, ask(REF));
        awaitAnswer();
        assertEquals(before, store.counts().flushes(), "nothing has left");
        assertEquals(1, outboxes.read(CUSTOMER, 0, 10).size());
        assertEquals(before + 1, store.counts().flushes(), "the step, with the peer's outbox");
        store.flush();
        assertEquals(before + 1, store.counts().flushes(), "the peer hears that we have it");
        List<String> lines = lines();
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).contains("received AskStampKey from 00000000"), lines.get(0));
        assertEquals("Idle -> Keyed", lines.get(1));
        assertTrue(lines.get(2).contains("sent StampKeyMade to 00000000"), lines.get(2));
        long seq = store.peerOutbox().after(CUSTOMER, 0, 10).getFirst().seq();
        store.peerOutbox().acknowledge(CUSTOMER, seq);
        assertEquals(before + 1, store.counts().flushes(), "what is fetched");
        store.flush();
        assertEquals(before + 1, store.counts().flushes(), "nothing is left that needs one");
    }

    @Test
    void aMessageOfNoUseCostsNone() {
        ask(REF);
        awaitAnswer();
        long before = store.counts().flushes();
        assertInstanceOf(Sessions.Reaction.Ignored.class, ask(Bytes32.ZERO));
        awaitAnswer();
        assertEquals(before, store.counts().flushes());
        assertTrue(lines().getLast().startsWith("ignored AskStampKey"), lines().getLast());
    }

    @Test
    void aLineOfAStepIsStoredWithItOrNotAtAll() {
        assertThrows(
                IllegalStateException.class,
                () ->
                        store.transact(() -> {
                            rig.node
                                    .events()
                                    .keep(
                                            new NodeEvent.StateChanged(
                                                    sessions.key(REF), "Idle", "Keyed"));
                            throw new IllegalStateException("the step fails");
                        }));
        assertEquals(List.of(), lines());
    }
}
