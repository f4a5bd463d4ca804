package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.StatementRecorder;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.exchange.RoleRuntime;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.Outboxes;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.EventTable;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.stamper.StamperMachine;
import io.evenhand.protocols.delegation.stamper.StamperRules;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
    private Store store;
    private Node node;
    private Outboxes outboxes;
    private Sessions<StamperState, Input, Message, Effect> sessions;
    private RoleRuntime runtime;

    @BeforeEach
    void start() {
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(directory),
                        Optional.empty(),
                        new SecureRandom());
        store = Store.open(directory, keys, CLOCK);
        node = Node.of(store, keys, CLOCK, _ -> {}, (_, _, _, _) -> {});
        StatementRecorder signing = node.signing();
        PartyId self = keys.identity().party();
        StamperRules rules = new StamperRules(self, "software", new Octets(new byte[0]));
        LedgerPort rails = LedgerPort.none(CLOCK);
        outboxes = new Outboxes(store.peerOutbox());
        Outbox<Message> outbox = outboxes.of(DelegationWire.of(node).outbound());
        DelegationBinding<StamperState> role =
                new DelegationBinding<>(
                        DelegationRoles.STAMPER,
                        StamperState.class,
                        StamperState.Final.class,
                        (_, _) -> new StamperMachine(signing, node.crypto(), rules),
                        node.crypto(),
                        new Jobs(outbox),
                        rails);
        sessions = new Sessions<>(role, store, signing, rails::time, node.events());
        runtime = RoleRuntime.of(sessions, rails::time, node, 1);
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
        store.close();
    }

    private record Jobs(Outbox<Message> own) implements RoleJobs {
        @Override
        public Optional<Outbox<Message>> outbox(Message message) {
            return Optional.of(own);
        }

        @Override
        public void send(SessionKey session, PartyId to, Message message) {
            throw new AssertionError("nobody is called");
        }

        @Override
        public JobResult run(SessionKey session, Job job) {
            throw new AssertionError("no job is asked for");
        }
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
                            node.events()
                                    .keep(
                                            new NodeEvent.StateChanged(
                                                    sessions.key(REF), "Idle", "Keyed"));
                            throw new IllegalStateException("the step fails");
                        }));
        assertEquals(List.of(), lines());
    }
}
