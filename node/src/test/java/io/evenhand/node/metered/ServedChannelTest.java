package io.evenhand.node.metered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.node.Account;
import io.evenhand.protocols.metered.requester.RequesterState;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What becomes of a channel and of its requester's account when an enclave ends.
class ServedChannelTest {
    private static final long C = 7;

    /// Price of the first round of a session.
    private static final Wei FIRST_ROUND = Wei.of(10 + C + 5);

    private static final byte[] MODULE = {1, 2, 3};

    private final TestEnclaves enclaves = new TestEnclaves();

    private static Accounts accounts(long first) {
        return new Accounts(
                new Account.Risk(Wei.of(first), Wei.of(first), Wei.of(1_000_000)),
                Wei.of(1_000_000));
    }

    private BothSides sides(Accounts accounts) {
        return new BothSides(
                BothSides.PartyName.FIRST,
                MODULE,
                new Limits(1000, 1000, 1, MODULE.length, 64, 64, 100, 60),
                counter(0),
                accounts,
                enclaves);
    }

    /// A session that waits for rounds.
    private void open(BothSides sides) {
        sides.openAnother();
        sides.settle();
        enclaves.work();
        sides.settle();
        assertInstanceOf(RequesterState.Running.class, sides.requester());
    }

    private void round(BothSides sides) {
        sides.want(1, C);
        sides.settle();
        enclaves.work();
        sides.settle();
    }

    /// What the requester may still use of the trust of this node.
    private static boolean trusted(Accounts accounts, BothSides sides, Wei most) {
        ServedChannel.Exposure exposure = accounts.of(BothSides.PartyName.FIRST.party());
        boolean yes = exposure.reserve(sides.served, most);
        if (yes) {
            exposure.charge(most, Wei.ZERO);
        }
        return yes;
    }

    private static Octets counter(long value) {
        return new Octets(ByteBuffer.allocate(8).putLong(value).array());
    }

    @Test
    @DisplayName("rounds are served and paid, with evidence for the keys of their enclave")
    void honest() {
        BothSides sides = sides(accounts(100));
        open(sides);
        round(sides);
        round(sides);
        assertEquals(counter(2 * C), sides.states.getLast());
        assertEquals(Optional.of(Wei.of(22 + 17)), sides.served.newestTotal());
    }

    @Test
    @DisplayName("G3: an enclave that dies in a round leaves its reserve in the account")
    void diedAtWork() {
        Accounts accounts = accounts(100);
        BothSides sides = sides(accounts);
        open(sides);
        sides.want(1, C);
        sides.settle();
        assertFalse(enclaves.idle());
        enclaves.die();
        sides.settle();
        StreamMessage.Ended ended =
                assertInstanceOf(StreamMessage.Ended.class, sides.heard.getLast());
        // The requester does not owe it, and may use less than before; the session is struck off.
        assertEquals(Wei.ZERO, ended.owed());
        assertTrue(trusted(accounts, sides, Wei.of(100 - 17)));
        assertFalse(trusted(accounts, sides, Wei.of(100 - 17 + 1)));
        open(sides);
        round(sides);
        // Paid as much again.
        assertTrue(trusted(accounts, sides, Wei.of(100)));
    }

    @Test
    @DisplayName("G3: a fault of the machine within an enclave is the same, and ends it")
    void brokenAtWork() {
        Accounts accounts = accounts(100);
        BothSides sides = sides(accounts);
        open(sides);
        sides.want(1, C);
        sides.settle();
        enclaves.breakDown();
        sides.settle();
        assertEquals(1, enclaves.ended);
        assertInstanceOf(StreamMessage.Ended.class, sides.heard.getLast());
        assertFalse(trusted(accounts, sides, Wei.of(100 - 17 + 1)));
    }

    @Test
    @DisplayName("G3: a program with two faults of the machine is refused, and no other one")
    void refusedProgram() {
        Accounts accounts = accounts(1000);
        BothSides sides = sides(accounts);
        for (int fault = 0; fault < 2; fault++) {
            assertFalse(accounts.refuses(sides.terms.program()));
            open(sides);
            sides.want(1, C);
            sides.settle();
            enclaves.die();
            sides.settle();
        }
        assertTrue(accounts.refuses(sides.terms.program()));
        sides.openAnother();
        sides.settle();
        assertEquals(2, enclaves.started);
        assertEquals("PEER_REFUSED", sides.faults.getLast().rule().name());
        BothSides other =
                new BothSides(
                        BothSides.PartyName.FIRST,
                        new byte[] {4, 5, 6},
                        sides.terms.limits(),
                        counter(0),
                        accounts,
                        enclaves);
        open(other);
        round(other);
        assertEquals(counter(C), other.states.getLast());
    }

    @Test
    @DisplayName("G3: one that dies while it loads the program counts against the program, too")
    void diedLoading() {
        Accounts accounts = accounts(1000);
        BothSides sides = sides(accounts);
        for (int fault = 0; fault < 2; fault++) {
            sides.openAnother();
            sides.settle();
            assertFalse(enclaves.idle());
            enclaves.die();
            sides.settle();
        }
        assertTrue(accounts.refuses(sides.terms.program()));
    }

    @Test
    @DisplayName("F7: what is unpaid when an enclave dies between rounds is struck off")
    void diedIdle() {
        Accounts accounts = accounts(100);
        BothSides sides = sides(accounts);
        open(sides);
        sides.holdDisk = true;
        sides.want(2, C);
        sides.settle();
        enclaves.work();
        enclaves.work();
        // Two rounds executed, no update taken yet.
        assertFalse(trusted(accounts, sides, Wei.of(100 - 22 - 17 + 1)));
        enclaves.die();
        sides.settle();
        assertFalse(accounts.refuses(sides.terms.program()));
        assertTrue(trusted(accounts, sides, Wei.of(100)));
    }

    @Test
    @DisplayName("A-I13: an update that is being flushed when its enclave dies still counts")
    void diedWhileFlushing() {
        Accounts accounts = accounts(100);
        BothSides sides = sides(accounts);
        open(sides);
        sides.holdDisk = true;
        sides.want(1, C);
        sides.settle();
        enclaves.work();
        sides.settle();
        assertEquals(1, sides.disk.size());
        enclaves.die();
        sides.settle();
        assertEquals(Optional.empty(), sides.served.newestTotal());
        sides.disk.remove().run();
        sides.settle();
        assertEquals(Optional.of(FIRST_ROUND), sides.served.newestTotal());
        assertEquals(counter(C), sides.states.getLast());
        assertInstanceOf(StreamMessage.Ended.class, sides.heard.getLast());
        assertTrue(trusted(accounts, sides, Wei.of(100)));
    }

    @Test
    @DisplayName(
            "G3: who asks for another session in the middle of a round does not get it for free")
    void leftAtWork() {
        Accounts accounts = accounts(100);
        BothSides sides = sides(accounts);
        open(sides);
        sides.want(1, C);
        sides.settle();
        sides.openAnother();
        sides.settle();
        assertFalse(trusted(accounts, sides, Wei.of(100 - 22 + 1)));
        assertFalse(accounts.refuses(sides.terms.program()));
    }

    @Test
    @DisplayName("what is reserved for a round that a close breaks off is given back")
    void closedAtWork() {
        Accounts accounts = accounts(100);
        BothSides sides = sides(accounts);
        open(sides);
        sides.want(1, C);
        sides.settle();
        assertFalse(trusted(accounts, sides, Wei.of(100)));
        boolean _ = sides.served.closing().join();
        // But the session, which is owed from its hello on (F4).
        assertTrue(trusted(accounts, sides, Wei.of(100 - 5)));
        assertFalse(trusted(accounts, sides, Wei.of(100 - 5 + 1)));
    }

    @Test
    @DisplayName("a node without a place for an enclave says so")
    void full() {
        BothSides sides = sides(accounts(100));
        enclaves.full = true;
        sides.openAnother();
        sides.settle();
        assertEquals("PEER_REFUSED", sides.faults.getFirst().rule().name());
        enclaves.full = false;
        open(sides);
        round(sides);
        assertEquals(counter(C), sides.states.getLast());
    }

    @Test
    @DisplayName("a psk that is sealed to nobody ends the session, which the requester owes")
    void junkPsk() {
        BothSides sides = sides(accounts(100));
        sides.openAnother();
        sides.say(new StreamMessage.Provision(1, new Octets(new byte[100])));
        sides.settle();
        assertEquals(1, enclaves.ended);
        assertTrue(
                sides.heard.stream()
                        .anyMatch(one ->
                                one instanceof StreamMessage.Refuse refuse
                                        && refuse.code().equals("PROVISION")));
        assertTrue(
                sides.heard.stream()
                        .anyMatch(one ->
                                one instanceof StreamMessage.Ended ended
                                        && ended.owed().equals(BothSides.PER_SESSION)));
    }
}
