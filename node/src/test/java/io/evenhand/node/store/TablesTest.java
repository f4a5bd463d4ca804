package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.ALICE;
import static io.evenhand.node.store.StoreFixture.BOB;
import static io.evenhand.node.store.StoreFixture.NOW;
import static io.evenhand.node.store.StoreFixture.SESSION;
import static io.evenhand.node.store.StoreFixture.number;
import static io.evenhand.node.store.StoreFixture.octets;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.sign.Place;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Xid;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.DocumentTable.Way;
import io.evenhand.node.store.OutputTable.Output;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
    @TempDir Path directory;
    private Store store;

    @BeforeEach
    void open() {
        store = StoreFixture.open(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        store.close();
        store = StoreFixture.open(directory);
    }

    @Test
    void aServerThatWasOnlyHeardOfIsNotJoined() {
        ServerTable.Server server =
                new ServerTable.Server(ALICE, "stamper", "stamper", "example.org", 7202);
        store.servers().hearOf(server);
        reopen();
        assertEquals(Optional.of(server), store.servers().find(ALICE));
        assertFalse(store.servers().isJoined(ALICE));
        store.servers().put(server);
        assertTrue(store.servers().isJoined(ALICE));
        store.servers().hearOf(server);
        assertTrue(store.servers().isJoined(ALICE));
        assertFalse(store.servers().isJoined(BOB));
    }

    @Test
    void aSessionSurvivesAndIsCountedUntilItEnds() {
        store.sessions().create(SESSION, List.of(ALICE), octets("idle"));
        store.sessions().save(SESSION, Optional.of(new Xid(number(9))), octets("working"), false);
        store.sessions().save(SESSION, Optional.empty(), octets("sealed"), false);
        reopen();
        SessionTable.Stored found = store.sessions().find(SESSION).orElseThrow();
        assertEquals(octets("sealed"), found.state());
        assertEquals(Optional.of(new Xid(number(9))), found.xid());
        assertEquals(ALICE, found.peer());
        assertEquals(NOW, found.updatedAt());
        assertEquals(List.of(found), store.sessions().open(DelegationRoles.PROVIDER));
        assertEquals(1, store.sessions().countOpen(DelegationRoles.PROVIDER, ALICE));
        assertEquals(0, store.sessions().countOpen(DelegationRoles.PROVIDER, BOB));
        assertEquals(0, store.sessions().countOpen(DelegationRoles.STAMPER));

        store.sessions().save(SESSION, Optional.empty(), octets("over"), true);
        assertEquals(0, store.sessions().countOpen(DelegationRoles.PROVIDER));
        assertEquals(List.of(), store.sessions().open(DelegationRoles.PROVIDER));
        assertEquals(1, store.sessions().all().size());
    }

    @Test
    void aSessionIsMadeOnceAndSavedOnlyIfItExists() {
        store.sessions().create(SESSION, List.of(ALICE), octets("idle"));
        assertThrows(
                StoreException.class,
                () -> store.sessions().create(SESSION, List.of(BOB), octets("again")));
        SessionKey unknown = new SessionKey(DelegationRoles.CUSTOMER, number(8));
        assertThrows(
                IllegalStateException.class,
                () -> store.sessions().save(unknown, Optional.empty(), octets("x"), false));
        assertEquals(Optional.empty(), store.sessions().find(unknown));
    }

    @Test
    void effectsWaitInOrderUntilTheyAreDone() {
        EffectTable effects = store.effects();
        EffectTable.Stored first = effects.add(SESSION, octets("send"));
        EffectTable.Stored second = effects.add(SESSION, octets("watch"));
        assertEquals(first, effects.add(SESSION, octets("send")), "a waiting twin is not doubled");
        reopen();
        assertEquals(List.of(first, second), store.effects().waiting());
        store.effects().done(first.id());
        assertEquals(List.of(second), store.effects().waiting(SESSION));
        assertTrue(
                store.effects().add(SESSION, octets("send")).id() > second.id(),
                "after it is done it may be asked for again");
    }

    @Test
    void theNewestEffectOfAKindIsFoundWithoutReadingOnDoneOrNot() {
        EffectTable effects = store.effects();
        EffectTable.Stored old = effects.add(SESSION, octets("send 1"));
        effects.done(old.id());
        EffectTable.Stored send = effects.add(SESSION, octets("send 2"));
        effects.done(send.id());
        EffectTable.Stored watch = effects.add(SESSION, octets("watch"));
        effects.add(new SessionKey(DelegationRoles.STAMPER, number(7)), octets("send 3"));
        List<Octets> read = new ArrayList<>();
        assertEquals(
                Optional.of(send),
                effects.newest(
                        SESSION,
                        effect -> {
                            read.add(effect);
                            return effect.equals(send.effect());
                        }));
        assertEquals(List.of(watch.effect(), send.effect()), read);
        assertEquals(Optional.empty(), effects.newest(SESSION, _ -> false));
        assertEquals(1, effects.count(SESSION, octets("send 1")));
    }

    @Test
    void whatGrowsWithoutEndIsReadThroughAnIndex() throws SQLException {
        assertReadThroughAnIndex();
    }

    private void assertReadThroughAnIndex() throws SQLException {
        String session = " WHERE role = 'delegation/provider' AND ref = x'07'";
        String document =
                "SELECT body FROM documents"
                        + session
                        + " AND way = 'sent' AND kind = 'Deliver' AND slot = 0";
        for (String query :
                List.of(
                        document,
                        "SELECT id FROM effects" + session + " ORDER BY id DESC",
                        "SELECT count(*) FROM effects" + session + " AND effect = x'00'",
                        "SELECT count(*) FROM events" + session)) {
            List<String> plan = plan(query);
            assertTrue(
                    plan.getFirst().matches("SEARCH .*INDEX .*role=\\? AND ref=\\?.*"),
                    plan::toString);
            assertEquals(1, plan.size(), plan::toString);
        }
        assertTrue(plan(document).getFirst().contains("way=? AND kind=? AND slot=?"));
    }

    private List<String> plan(String query) throws SQLException {
        List<String> plan = new ArrayList<>();
        try (var sql =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + DataDirectory.journalFile(directory));
                var rows = sql.createStatement().executeQuery("EXPLAIN QUERY PLAN " + query)) {
            while (rows.next()) {
                plan.add(rows.getString("detail"));
            }
        }
        return plan;
    }

    @Test
    void settingATimerAgainReplacesIt() {
        TimerTable timers = store.timers();
        timers.set(SESSION, "WORK", 100);
        timers.set(SESSION, "FUND", 50);
        timers.set(SESSION, "WORK", 20);
        assertEquals(
                List.of(
                        new TimerTable.Stored(SESSION, "WORK", 20),
                        new TimerTable.Stored(SESSION, "FUND", 50)),
                timers.all());
        timers.rang(new TimerTable.Stored(SESSION, "WORK", 19));
        assertEquals(2, timers.all().size(), "a timer set anew is not taken away");
        timers.rang(new TimerTable.Stored(SESSION, "WORK", 20));
        assertEquals(1, timers.all().size());
        timers.clear(SESSION);
        assertEquals(List.of(), timers.all());
    }

    @Test
    void aSecondDifferentStatementIsRefusedForEver() {
        Bytes32 xid = number(1);
        var first = made(xid, 1, "deleg/deliver", "signer", 100);
        store.statements().make(first);
        store.statements().make(first);
        reopen();
        store.statements().make(first);
        for (var other :
                List.of(
                        made(xid, 2, "deleg/deliver", "signer", 200),
                        made(xid, 1, "deleg/ack", "signer", 200),
                        made(xid, 1, "deleg/deliver", "other", 200),
                        made(number(2), 1, "deleg/deliver", "signer", 200))) {
            store.statements().make(other);
        }
        var conflict =
                assertThrows(
                        StatementTable.ConflictException.class,
                        () ->
                                store.statements()
                                        .make(made(xid, 1, "deleg/deliver", "signer", 101)));
        assertEquals(
                "a different deleg/deliver was already signed for exchange 00000000; this node"
                        + " will not sign another one",
                conflict.getMessage());
        assertEquals(4, store.statements().of(xid).size());
    }

    @Test
    void oneOutputForEachSlotOfAnExchange() {
        Xid xid = new Xid(number(1));
        Output first = new Output(xid, 0, "chain/1", octets("a"));
        Output second = new Output(xid, 1, "chain/1", octets("b"));
        store.outputs().make(first);
        store.outputs().make(first);
        store.outputs().make(second);
        reopen();
        refusesOutput(new Output(xid, 0, "chain/1", octets("b")));
        refusesOutput(new Output(xid, 1, "chain/1", octets("a")));
        refusesOutput(new Output(xid, 1, "chain/2", octets("b")));
        assertEquals(Optional.of(first), store.outputs().find(xid, 0));
        assertEquals(Optional.of(second), store.outputs().find(xid, 1));
        assertEquals(Optional.empty(), store.outputs().find(new Xid(number(2)), 0));
        assertTrue(store.outputs().isKnown("chain/1", octets("b")));
        assertFalse(store.outputs().isKnown("chain/2", octets("b")));
    }

    private void refusesOutput(Output output) {
        assertThrows(OutputTable.ConflictException.class, () -> store.outputs().make(output));
    }

    @Test
    void theOutboxOfAPeerIsReadByNumberAndEmptiedWhenItIsHeld() {
        PeerOutboxTable outbox = store.peerOutbox();
        long one = outbox.append(ALICE, octets("1"));
        long two = outbox.append(BOB, octets("for bob"));
        long three = outbox.append(ALICE, octets("2"));
        assertTrue(one < two && two < three);
        assertEquals(
                List.of(
                        new PeerOutboxTable.Stored(one, octets("1")),
                        new PeerOutboxTable.Stored(three, octets("2"))),
                outbox.after(ALICE, 0, 10));
        assertEquals(1, outbox.after(ALICE, 0, 1).size());
        outbox.acknowledge(ALICE, one);
        reopen();
        assertEquals(1, store.peerOutbox().after(ALICE, 0, 10).size());
        assertEquals(1, store.peerOutbox().after(BOB, 0, 10).size());
        store.peerOutbox().acknowledge(ALICE, three);
        assertTrue(store.peerOutbox().append(ALICE, octets("3")) > three);
    }

    @Test
    void theCursorOnAServersOutboxOnlyRises() {
        assertEquals(0, store.peerOutbox().cursor(BOB));
        store.peerOutbox().advance(BOB, 7);
        store.peerOutbox().advance(BOB, 3);
        reopen();
        assertEquals(7, store.peerOutbox().cursor(BOB));
    }

    @Test
    void aTokenLetsOnePeerInOnce() {
        PeerTable peers = store.peers();
        peers.addToken(number(1), NOW + 60);
        assertFalse(peers.redeem(number(2), ALICE, "alice"), "unknown");
        assertTrue(peers.redeem(number(1), ALICE, "alice"));
        assertTrue(peers.redeem(number(1), ALICE, "alice"), "a repeated request");
        assertFalse(peers.redeem(number(1), BOB, "bob"), "used up");
        peers.addToken(number(4), NOW + 60);
        assertTrue(peers.redeem(number(4), ALICE, "alice"), "in already");
        assertTrue(peers.redeem(number(5), ALICE, "alice"), "in already, whatever it shows");
        reopen();
        assertEquals("alice", store.peers().find(ALICE).orElseThrow().name());
        assertEquals(Optional.empty(), store.peers().find(BOB));
        store.peers().addToken(number(3), NOW);
        assertFalse(store.peers().redeem(number(3), BOB, "bob"), "expired");
        assertTrue(store.peers().redeem(number(4), BOB, "bob"), "whoever was in left it unused");
        assertEquals(2, store.peers().all().size());
        store.peers().add(BOB, "robert");
        assertEquals("bob", store.peers().find(BOB).orElseThrow().name());
    }

    @Test
    @DisplayName("a stranger whose token lets nobody in costs no write")
    void whoeverIsRefusedCostsNoWrite() {
        PeerTable peers = store.peers();
        peers.addToken(number(1), NOW + 60);
        assertTrue(peers.redeem(number(1), ALICE, "alice"));
        peers.addToken(number(2), NOW);
        JournalCounts before = store.counts();
        assertFalse(peers.redeem(number(1), BOB, "bob"), "used up");
        assertFalse(peers.redeem(number(2), BOB, "bob"), "expired");
        assertFalse(peers.redeem(number(3), BOB, "bob"), "unknown");
        assertTrue(peers.redeem(number(3), ALICE, "alice"), "in already");
        assertEquals(before, store.counts());
    }

    @Test
    void documentsAreNotOverwrittenAndEachHasItsPlace() {
        Name terms = Name.own("terms");
        Name second = new Name(Way.OWN, "terms", 2);
        Name said = new Name(Way.SENT, "terms", 0);
        store.documents().put(SESSION, terms, octets("first"));
        store.documents().put(SESSION, terms, octets("second"));
        store.documents().put(SESSION, second, octets("b"));
        store.documents().put(SESSION, said, octets("a"));
        assertEquals(Optional.of(octets("first")), store.documents().find(SESSION, terms));
        assertEquals(Optional.of(octets("b")), store.documents().find(SESSION, second));
        assertEquals(Optional.of(octets("a")), store.documents().find(SESSION, said));
        assertEquals(
                Optional.empty(), store.documents().find(SESSION, new Name(Way.SENT, "terms", 1)));
        assertEquals(
                List.of(terms, second, said),
                store.documents().all(SESSION).stream().map(DocumentTable.Document::name).toList());
    }

    @Test
    void aSessionIsWithAllItsPartiesAndCountsForTheFirst() {
        PartyId carol = new PartyId(number(0xca201));
        SessionTable sessions = store.sessions();
        sessions.create(SESSION, List.of(ALICE, BOB, carol), octets("idle"));
        reopen();
        sessions = store.sessions();
        assertEquals(List.of(ALICE, BOB, carol), sessions.find(SESSION).orElseThrow().parties());
        assertEquals(List.of(ALICE, BOB, carol), sessions.all().getFirst().parties());
        for (PartyId party : List.of(ALICE, BOB, carol)) {
            assertTrue(sessions.isParty(SESSION, party));
        }
        assertFalse(sessions.isParty(SESSION, new PartyId(number(99))));
        assertFalse(sessions.isParty(new SessionKey(SESSION.role(), number(98)), ALICE));
        assertEquals(1, sessions.countOpen(SESSION.role(), ALICE));
        assertEquals(0, sessions.countOpen(SESSION.role(), BOB));
        SessionTable.Guests all = new SessionTable.Guests(SESSION.role(), Optional.empty());
        store.peers().add(BOB, "bob");
        assertEquals(1, sessions.countOpen(all), "the first was never let in");
        store.peers().add(ALICE, "alice");
        assertEquals(0, sessions.countOpen(all));
    }

    @Test
    void historyIsOneShortLineAnEntry() {
        store.events().add(SESSION, "T1 offer\nreceived\u001b[31m");
        store.events().add(SESSION, "x".repeat(2000));
        List<EventTable.Entry> entries = store.events().of(SESSION);
        assertEquals(new EventTable.Entry(NOW, "T1 offer received [31m"), entries.getFirst());
        assertEquals(500, entries.getLast().text().length());
    }

    @Test
    void aTransactionIsStoredWholeOrNotAtAll() {
        assertThrows(
                StatementTable.ConflictException.class,
                () ->
                        store.transact(() -> {
                            store.sessions().create(SESSION, List.of(ALICE), octets("idle"));
                            store.effects().add(SESSION, octets("send"));
                            store.statements().make(made(number(1), 0, "t", "s", 1));
                            store.statements().make(made(number(1), 0, "t", "s", 2));
                        }));
        assertEquals(Optional.empty(), store.sessions().find(SESSION));
        assertEquals(List.of(), store.effects().waiting());
        assertEquals(List.of(), store.statements().of(number(1)));
        store.transact(() -> store.sessions().create(SESSION, List.of(ALICE), octets("idle")));
        assertTrue(store.sessions().find(SESSION).isPresent());
    }

    private static StatementTable.Made made(
            Bytes32 xid, int slot, String type, String signer, long hash) {
        Octets key = octets(signer);
        return new StatementTable.Made(xid, new Place.Once(slot), type, key, number(hash));
    }
}
