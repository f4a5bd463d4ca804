package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.sign.Place;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.StatementRecorder;
import io.evenhand.node.exchange.Action;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.EffectTable;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.StatementTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What one input stores, with the stamper's machine: state, effects, timers and statements.
class SessionsTest {
    private static final long NOW = 1_800_000_000L;
    private static final Bytes32 REF = new Bytes32(1, 2, 3, 4);
    private static final PartyId CUSTOMER = new PartyId(new Bytes32(0, 0, 0, 9));
    private static final Octets MARK = new Octets(new byte[8]);

    @TempDir Path directory;
    private Store store;
    private NodeKeys keys;
    private Sessions<StamperState, Input, Message, Effect> sessions;
    private final List<NodeEvent> events = new ArrayList<>();
    private final List<EffectTable.Stored> given = new ArrayList<>();

    @BeforeEach
    void open() {
        keys =
                NodeKeys.create(
                        DataDirectory.identityFile(directory),
                        Optional.empty(),
                        new SecureRandom());
        store = Store.open(directory, keys, InstantSource.fixed(Instant.ofEpochSecond(NOW)));
        sessions = sessions();
    }

    private Sessions<StamperState, Input, Message, Effect> sessions() {
        StatementRecorder signing = StatementRecorder.of(keys.identity(), store);
        RealCrypto crypto = signing.unrecorded();
        StamperRules rules =
                new StamperRules(keys.identity().party(), "software", new Octets(new byte[0]));
        DelegationBinding<StamperState> role =
                new DelegationBinding<>(
                        DelegationRoles.STAMPER,
                        StamperState.class,
                        StamperState.Final.class,
                        (_, _) -> new StamperMachine(signing, crypto, rules),
                        crypto,
                        new Calls(),
                        LedgerPort.none(InstantSource.system()));
        Sessions<StamperState, Input, Message, Effect> made =
                new Sessions<>(role, store, signing, () -> new ChainTime(NOW, 0), events::add);
        made.connect(given::addAll, () -> {});
        return made;
    }

    /// Nothing goes into an outbox: what is said waits to be sent.
    private static final class Calls implements RoleJobs {
        @Override
        public void send(SessionKey session, PartyId to, Message message) {
            throw new AssertionError("nothing is carried out here");
        }

        @Override
        public JobResult run(SessionKey session, Job job) {
            throw new AssertionError("nothing is carried out here");
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Sessions.Reaction ask(Bytes32 nonce) {
        return sessions.receive(REF, CUSTOMER, new Message.AskStampKey(nonce));
    }

    private Message said(EffectTable.Stored effect) {
        return assertInstanceOf(Action.Say.class, sessions.action(effect)).message()
                        instanceof Message m
                ? m
                : fail("no message");
    }

    private StamperState idle() {
        return new StamperState.Idle(store.keys().create());
    }

    @Test
    void oneInputStoresStateEffectsTimersStatementsAndEvidenceTogether() {
        assertTrue(sessions.create(REF, List.of(CUSTOMER), MARK, this::idle));
        assertInstanceOf(Sessions.Reaction.Moved.class, ask(REF));
        assertInstanceOf(StamperState.Keyed.class, sessions.state(REF).orElseThrow());
        assertEquals(store.effects().waiting(sessions.key(REF)), given);
        assertInstanceOf(Message.StampKeyMade.class, said(given.getFirst()));
        assertEquals(1, store.timers().all().size());
        assertEquals("deleg/stamp-key", store.statements().of(REF).getFirst().type());
        assertEquals(
                List.of(
                        Documents.MARK,
                        Documents.received(Message.AskStampKey.class, 0),
                        Documents.sent(Message.StampKeyMade.class, 0)),
                store.documents().all(sessions.key(REF)).stream()
                        .map(DocumentTable.Document::name)
                        .toList());
    }

    @Test
    void aSessionIsMadeOnceAndNothingIsDrawnForASecondOne() {
        assertTrue(sessions.create(REF, List.of(CUSTOMER), MARK, this::idle));
        StamperState first = sessions.state(REF).orElseThrow();
        assertEquals(
                false,
                sessions.create(
                        REF,
                        List.of(CUSTOMER),
                        MARK,
                        () -> {
                            throw new AssertionError("drawn again");
                        }));
        assertEquals(first, sessions.state(REF).orElseThrow());
    }

    @Test
    void whatAFreshStateDrewIsGoneIfTheStateCannotBeStored() {
        List<StamperState> drawn = new ArrayList<>();
        assertThrows(
                IllegalStateException.class,
                () ->
                        sessions.create(
                                REF,
                                List.of(CUSTOMER),
                                MARK,
                                () -> {
                                    drawn.add(idle());
                                    throw new IllegalStateException("no");
                                }));
        StamperState.Idle idle = (StamperState.Idle) drawn.getFirst();
        assertEquals(Optional.empty(), store.keys().status(idle.stampKey()));
    }

    @Test
    void aStatementThatDiffersFromAnEarlierOneIsNotMadeAndChangesNothing() {
        store.statements()
                .make(
                        new StatementTable.Made(
                                REF,
                                new Place.Once(0),
                                "deleg/stamp-key",
                                new Octets(keys.identity().party().value().toByteArray()),
                                Bytes32.ZERO));
        sessions.create(REF, List.of(CUSTOMER), MARK, this::idle);
        var ignored = assertInstanceOf(Sessions.Reaction.Ignored.class, ask(REF));
        assertTrue(ignored.why().contains("will not sign another one"), ignored.why());
        assertInstanceOf(StamperState.Idle.class, sessions.state(REF).orElseThrow());
        assertEquals(List.of(), given);
        assertEquals(List.of(), store.timers().all());
    }

    @Test
    void anInputOfNoUseIsToldAndStoresNothing() {
        sessions.create(REF, List.of(CUSTOMER), MARK, this::idle);
        ask(REF);
        given.clear();
        assertInstanceOf(Sessions.Reaction.Ignored.class, ask(Bytes32.ZERO));
        assertEquals(List.of(), given);
        assertInstanceOf(NodeEvent.Ignored.class, events.getLast());
        assertInstanceOf(
                Sessions.Reaction.NoSuchSession.class,
                sessions.submit(Bytes32.ZERO, Input.Restarted::new));
    }

    @Test
    void afterARestartWhatWasNotDoneIsGivenOutAgainAndOnce() {
        sessions.create(REF, List.of(CUSTOMER), MARK, this::idle);
        ask(REF);
        List<EffectTable.Stored> before = List.copyOf(given);
        given.clear();
        sessions = sessions();
        sessions.restart((_, e) -> fail(e));
        assertEquals(before, given);
        store.effects().done(before.getFirst().id());
        given.clear();
        sessions().restart((_, e) -> fail(e));
        assertEquals(1, given.size(), "the last word is said again");
        assertEquals(before.getFirst().effect(), given.getFirst().effect());
    }

    @Test
    void whatWasHeardAndAnsweredBeforeIsAnsweredAgainWordByWord() {
        Sessions<StamperState, Input, Message, Effect> asked = sessions;
        boolean _ = asked.create(REF, List.of(CUSTOMER), MARK, this::idle);
        Sessions.Reaction _ = ask(REF);
        EffectTable.Stored answer = given.getFirst();
        store.effects().done(answer.id());
        Sessions.Reaction _ = sessions.submit(REF, Input.GivenUp::new);
        given.clear();
        assertInstanceOf(Sessions.Reaction.Ignored.class, ask(REF));
        assertEquals(1, given.size());
        assertInstanceOf(Message.Refuse.class, said(given.getFirst()));
        given.clear();
        assertInstanceOf(Sessions.Reaction.Ignored.class, ask(Bytes32.ZERO));
        assertEquals(List.of(), given, "something else gets no answer");
    }

    @Test
    void aSessionThatEndsWaitsForNothingMore() {
        sessions.create(REF, List.of(CUSTOMER), MARK, this::idle);
        KeyId stampKey =
                assertInstanceOf(StamperState.Idle.class, sessions.state(REF).orElseThrow())
                        .stampKey();
        ask(REF);
        sessions.submit(
                REF, now -> new Input.Woke(io.evenhand.protocols.delegation.Timer.WORK, now));
        assertInstanceOf(StamperState.Expired.class, sessions.state(REF).orElseThrow());
        assertEquals(List.of(), store.timers().all());
        assertEquals(0, store.sessions().countOpen(DelegationRoles.STAMPER));
        assertEquals(1, store.effects().waiting().size(), "the last words stay");
        assertEquals(Optional.of(KeyStore.Status.BURNED), store.keys().status(stampKey));
        assertInstanceOf(NodeEvent.Ended.class, events.getLast());
    }

    @Test
    void aStoredStateOfAnotherVersionIsRefused() {
        StateCodec<StamperState> codec = new StateCodec<>(StamperState.class);
        StamperState state = idle();
        byte[] stored = codec.encode(state).toByteArray();
        assertEquals(state, codec.decode(new Octets(stored)));
        stored[0] = 2;
        assertThrows(StoreException.class, () -> codec.decode(new Octets(stored)));
        assertThrows(StoreException.class, () -> codec.decode(new Octets(new byte[0])));
    }
}
