package io.evenhand.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Capacity;
import io.evenhand.node.Node;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.StatementRecorder;
import io.evenhand.node.delegation.DelegationBinding;
import io.evenhand.node.delegation.DelegationDocuments;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.DelegationWire;
import io.evenhand.node.delegation.LedgerPort;
import io.evenhand.node.delegation.RoleJobs;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.Admission;
import io.evenhand.node.peer.Outboxes;
import io.evenhand.node.transport.Outgoing;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.stamper.StamperMachine;
import io.evenhand.protocols.delegation.stamper.StamperRules;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;

/// What one more exchange costs a server of which many are open, counted in steps of the database's
/// own machine: no other load of the computer changes them.
class GrowthTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L));
    private static final PartyId CUSTOMER = new PartyId(new Bytes32(0, 0, 0, 9));
    private static final int MANY = 100_000;
    private static final int MEASURED = 20;

    @TempDir Path directory;
    private final AtomicLong steps = new AtomicLong();
    private Store store;
    private Node node;
    private Admission admission;
    private Outboxes outboxes;
    private Sessions<StamperState, Input, Message, Effect> sessions;
    private int open;
    private long read;

    @BeforeEach
    void start() throws Exception {
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(directory),
                        Optional.empty(),
                        new SecureRandom());
        store = Store.open(directory, keys, CLOCK);
        Node bare = Node.of(store, keys, CLOCK, _ -> {}, (_, _, _, _) -> {});
        admission = DelegationDocuments.admission(bare, DelegationRoles.STAMPER, capacity());
        node = bare.with(admission);
        outboxes = new Outboxes(store.peerOutbox());
        StatementRecorder signing = node.signing();
        StamperRules rules =
                new StamperRules(keys.identity().party(), "software", new Octets(new byte[0]));
        LedgerPort rails = LedgerPort.none(CLOCK);
        sessions =
                new Sessions<>(
                        new DelegationBinding<>(
                                DelegationRoles.STAMPER,
                                StamperState.class,
                                StamperState.Final.class,
                                (_, _) -> new StamperMachine(signing, node.crypto(), rules),
                                node.crypto(),
                                new Jobs(outboxes.of(DelegationWire.of(node).outbound())),
                                rails),
                        store,
                        signing,
                        rails::time,
                        node.events());
        for (Connection connection : store.connections()) {
            ProgressHandler.setHandler(
                    connection,
                    1,
                    new ProgressHandler() {
                        @Override
                        protected int progress() {
                            long _ = steps.incrementAndGet();
                            return 0;
                        }
                    });
        }
    }

    @AfterEach
    void close() throws Exception {
        for (Connection connection : store.connections()) {
            ProgressHandler.clearHandler(connection);
        }
        store.close();
    }

    private static Capacity capacity() {
        return new Capacity(
                MANY,
                MANY,
                MANY,
                MANY,
                1L << 40,
                1L << 40,
                0,
                1,
                1,
                1,
                OptionalLong.empty(),
                OptionalLong.empty());
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

    /// A customer begins an exchange, is answered and sends a file; a timer is set, and looked for.
    private void oneMore() throws Exception {
        open++;
        Bytes32 ref = new Bytes32(0, 0, 1, open);
        SessionKey session = sessions.key(ref);
        admission.open(
                CUSTOMER,
                session,
                1,
                () -> {
                    boolean _ =
                            sessions.create(
                                    ref,
                                    List.of(CUSTOMER),
                                    new Octets(new byte[8]),
                                    () -> new StamperState.Idle(store.keys().create()));
                });
        assertInstanceOf(
                Sessions.Reaction.Moved.class,
                sessions.receive(ref, CUSTOMER, new Message.AskStampKey(ref)));
        List<Outgoing> answer = outboxes.read(CUSTOMER, read, 16);
        assertEquals(1, answer.size());
        read = answer.getFirst().seq();
        Files.write(node.files().path(session, SessionFiles.HIDDEN), new byte[10]);
        store.timers().set(session, "WORK", CLOCK.instant().getEpochSecond() + open);
        assertTrue(store.timers().next(DelegationRoles.STAMPER).isPresent());
        assertEquals(
                List.of(),
                store.timers().due(DelegationRoles.STAMPER, CLOCK.instant().getEpochSecond()));
    }

    private double costAt(int exchanges) throws Exception {
        while (open < exchanges) {
            oneMore();
        }
        long before = steps.get();
        for (int i = 0; i < MEASURED; i++) {
            oneMore();
        }
        return (double) (steps.get() - before) / MEASURED;
    }

    @Test
    void oneMoreOfTwoThousandCostsHardlyMoreThanOneMoreOfAHundred() throws Exception {
        double few = costAt(100);
        double many = costAt(2_000);
        assertTrue(few > 100, "steps are counted: " + few);
        assertTrue(many <= 1.3 * few, many + " steps after " + few);
    }
}
