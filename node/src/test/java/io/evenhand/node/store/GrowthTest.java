package io.evenhand.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.alarm.NodeAlarm;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.FinalityPolicy;
import io.evenhand.node.AgainException;
import io.evenhand.node.Capacity;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationAlarms;
import io.evenhand.node.delegation.DelegationDocuments;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.StamperRig;
import io.evenhand.node.evm.ChainConfig;
import io.evenhand.node.evm.EscrowPort;
import io.evenhand.node.evm.EvmAccount;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.peer.Admission;
import io.evenhand.node.transport.Outgoing;
import io.evenhand.protocols.delegation.DelegationAlarm;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What one more exchange costs a node of which many are open, and of which many are in trouble.
class GrowthTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L));
    private static final PartyId CUSTOMER = new PartyId(new Bytes32(0, 0, 0, 9));
    private static final int MANY = 100_000;
    private static final Rail RAIL = new Rail(1, Address.ZERO, Bytes32.ZERO);

    /// Nothing listens there, so it is refused at once.
    private static final ChainConfig NO_CHAIN =
            new ChainConfig(
                    "http://127.0.0.1:1",
                    Optional.empty(),
                    RAIL,
                    FinalityPolicy.depth(1),
                    Timing.LOCAL,
                    Duration.ofHours(1));

    @TempDir Path directory;
    private StamperRig rig;
    private Store store;
    private Node node;
    private Admission admission;
    private long read;

    @BeforeEach
    void start() {
        List<Admission> admissions = new ArrayList<>();
        rig =
                new StamperRig(
                        directory,
                        CLOCK,
                        bare -> {
                            admissions.add(
                                    DelegationDocuments.admission(
                                            bare, DelegationRoles.STAMPER, capacity()));
                            return bare.with(admissions.getFirst());
                        });
        admission = admissions.getFirst();
        store = rig.store;
        node = rig.node;
    }

    @AfterEach
    void close() {
        rig.close();
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

    /// A customer begins an exchange, is answered and sends a file; a timer is set, and looked for.
    private void serve(int number) throws Exception {
        Bytes32 ref = new Bytes32(0, 0, 1, number);
        SessionKey session = rig.sessions.key(ref);
        admission.open(
                CUSTOMER,
                session,
                1,
                () -> {
                    boolean _ =
                            rig.sessions.create(
                                    ref,
                                    List.of(CUSTOMER),
                                    new Octets(new byte[8]),
                                    () -> new StamperState.Idle(store.keys().create()));
                });
        assertInstanceOf(
                Sessions.Reaction.Moved.class,
                rig.sessions.receive(ref, CUSTOMER, new Message.AskStampKey(ref)));
        List<Outgoing> answer = rig.outboxes.read(CUSTOMER, read, 16);
        assertEquals(1, answer.size());
        read = answer.getFirst().seq();
        Files.write(node.files().path(session, SessionFiles.HIDDEN), new byte[10]);
        store.timers().set(session, "WORK", now() + number);
        assertTrue(store.timers().next(DelegationRoles.STAMPER).isPresent());
        assertEquals(List.of(), store.timers().due(DelegationRoles.STAMPER, now()));
    }

    private static long now() {
        return CLOCK.instant().getEpochSecond();
    }

    @Test
    @DisplayName("a server takes up and serves one more exchange")
    void serving() throws Exception {
        StepCount.assertHardlyGrows(store, this::serve);
    }

    @Test
    @DisplayName("one more exchange is in trouble, in other trouble, and its party is convicted")
    void alarms() throws Exception {
        StepCount.assertHardlyGrows(
                store,
                number -> {
                    SessionKey session =
                            new SessionKey(DelegationRoles.PROVIDER, new Bytes32(0, 0, 2, number));
                    Optional<SessionKey> about = Optional.of(session);
                    node.alarms()
                            .set(about, List.of(new NodeAlarm.DeadlineNear("a", now() + number)));
                    node.alarms()
                            .set(about, List.of(new NodeAlarm.DeadlineNear("b", now() + number)));
                    node.alarms().convict(session, new DelegationAlarm.StampMismatch());
                    node.alarms().convict(session, new DelegationAlarm.StampMismatch());
                });
        assertTrue(store.alarms().all().size() > 4_000, "they are raised");
    }

    @Test
    @DisplayName("one more exchange has changed when a block is looked at")
    void looks() throws Exception {
        Octets state =
                new StateCodec<>(ProviderState.class)
                        .encode(
                                new ProviderState.Idle(
                                        new ProviderState.Fresh(
                                                store.keys().create(),
                                                store.keys().create(),
                                                Bytes32.ZERO,
                                                Address.ZERO)));
        try (EvmAccount account = EvmAccount.open(NO_CHAIN, rig.keys, node)) {
            DelegationAlarms alarms =
                    new DelegationAlarms(
                            node, DelegationRoles.PROVIDER, Timing.LOCAL, account.transactions());
            StepCount.assertHardlyGrows(
                    store,
                    number -> {
                        SessionKey session =
                                new SessionKey(
                                        DelegationRoles.PROVIDER, new Bytes32(0, 0, 3, number));
                        store.sessions().create(session, List.of(CUSTOMER), state);
                        alarms.on(new NodeEvent.StateChanged(session, "Idle", "Idle"));
                        alarms.look(now(), true);
                    });
        }
    }

    @Test
    @DisplayName("one more deposit is wanted, and its transactions are followed")
    void transactions() throws Exception {
        try (EvmAccount account = EvmAccount.open(NO_CHAIN, rig.keys, node)) {
            EscrowPort port =
                    new EscrowPort(
                            node,
                            account,
                            new DelegationAlarms(
                                    node,
                                    DelegationRoles.CUSTOMER,
                                    Timing.LOCAL,
                                    account.transactions()));
            StepCount.assertHardlyGrows(
                    store,
                    number -> {
                        SessionKey session =
                                new SessionKey(
                                        DelegationRoles.CUSTOMER, new Bytes32(0, 0, 4, number));
                        EscrowPort.Place place =
                                new EscrowPort.Place(session, 0, RAIL, deal(number));
                        port.watch(place, _ -> {});
                        assertThrows(AgainException.class, () -> port.open(place, now() + number));
                    });
        }
    }

    private static Deal deal(int number) {
        return new Deal(
                Address.ZERO,
                Address.ZERO,
                Address.ZERO,
                Wei.of(1_000_000_000_000_000L),
                now() + 1_000,
                Deal.salt(number),
                Deal.POINT_LOCK,
                new LockAddresses(Address.ZERO, Address.ZERO),
                Bytes32.ZERO);
    }
}
