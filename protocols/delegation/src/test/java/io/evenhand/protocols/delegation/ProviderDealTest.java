package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Funded;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Delivering and Confirming: the key is shown only against a deposit that is final, its own, whole
/// and early enough.
class ProviderDealTest {
    private static final long CLAIM_BY = World.T0 + 300;
    private static final long MARGIN = Timing.LOCAL.revealMargin();
    private static final Address ELSEWHERE = Address.parse("0x" + "77".repeat(20));
    private static final DealStatus OPEN = DealStatus.OPEN;

    private final World world = new World();

    private record Fault(String title, String says, UnaryOperator<Deal> change) {}

    private static Fault field(String title, String says, String name, Object value) {
        return new Fault(title, says, deal -> Change.with(deal, name, value));
    }

    private static Stream<Fault> faults() {
        return Stream.of(
                field(
                        "D17: the Terms of another exchange",
                        "another exchange",
                        "termsHash",
                        Bytes32.ZERO),
                field("D8: another payee", "payee", "payee", ELSEWHERE),
                field("D17: another payer", "payer", "payer", ELSEWHERE),
                field("D12: another kind of lock", "D12", "lockKind", 0),
                field("D12: a kind of lock that is no uint8", "D12", "lockKind", -1),
                new Fault(
                        "D12: the lock of another key",
                        "D12",
                        deal ->
                                Change.with(
                                        deal,
                                        "lock",
                                        PointLock.of(
                                                Secp256k1.publicKey(
                                                        Secret32.of(
                                                                new Bytes32(0, 0, 0, 7)
                                                                        .toByteArray()))))),
                field("D12: only the first address is mine", "D12", "lock.a2", ELSEWHERE),
                field("D18: a token", "native coin", "token", ELSEWHERE),
                new Fault(
                        "D17: a wei too little",
                        "the wage is",
                        d ->
                                Change.with(
                                        d,
                                        "amount",
                                        new Wei(d.amount().value().subtract(BigInteger.ONE)))),
                field("D9: claimBy a second too early", "D9", "claimBy", CLAIM_BY - 1),
                field("D9: claimBy is -2^63, which is no uint64", "D9", "claimBy", Long.MIN_VALUE));
    }

    /// What the customer really signs about a deal.
    private static Funded funded(World world, Deal deal) {
        Statements.Deposited statement =
                new Statements.Deposited(new Xid(deal.termsHash()), idOrZero(world, deal), deal);
        return new Funded(
                world.customerCrypto.xid(
                        ((ProviderState.Delivering) world.p).engaged().agreement().terms()),
                deal,
                world.customerCrypto.sign(statement));
    }

    private static DealId idOrZero(World world, Deal deal) {
        try {
            return world.customerCrypto.dealId(World.RAIL, deal);
        } catch (MalformedException _) {
            return new DealId(Bytes32.ZERO);
        }
    }

    private static Funded genuine(World world) {
        world.funding();
        return World.message(world.fromCustomer, Funded.class);
    }

    @TestFactory
    @DisplayName("D17, one fault each: a deposit notice for the wrong deal is ignored")
    Stream<DynamicTest> refusesEachFault() {
        return faults().map(fault ->
                DynamicTest.dynamicTest(
                        fault.title,
                        () -> {
                            World w = new World();
                            Funded genuine = genuine(w);
                            w.providerHears(
                                    w.customer.party(),
                                    funded(w, fault.change.apply(genuine.deal())));
                            assertInstanceOf(ProviderState.Delivering.class, w.p);
                            assertTrue(w.lastIgnored().contains(fault.says), w.lastIgnored());
                            w.providerHears(w.customer.party(), genuine);
                            assertInstanceOf(ProviderState.Confirming.class, w.p);
                        }));
    }

    @Test
    @DisplayName("16e: a notice from a stranger, of another exchange or unsigned is ignored")
    void noticeOfAnother() {
        Funded genuine = genuine(world);
        world.providerHears(world.stranger, genuine);
        assertTrue(world.lastIgnored().contains("somebody else"));
        world.providerHears(
                world.customer.party(), Change.with(genuine, "xid", new Xid(Bytes32.ZERO)));
        assertTrue(world.lastIgnored().contains("another exchange"));
        world.providerHears(
                world.customer.party(), Change.with(genuine, "deal.salt", Bytes32.ZERO));
        assertTrue(world.lastIgnored().contains("12: the salt"));
        world.providerHears(
                world.customer.party(),
                Change.with(genuine, "deal.claimBy", genuine.deal().claimBy() + 1));
        assertTrue(world.lastIgnored().contains("not signed by the customer"));
        assertInstanceOf(ProviderState.Delivering.class, world.p);
    }

    @Test
    @DisplayName("D17: more wage and more time than agreed are taken")
    void moreIsTaken() {
        Deal deal = genuine(world).deal();
        Deal more =
                Change.with(
                        Change.with(deal, "amount", Wei.parse("1 eth")), "claimBy", Long.MAX_VALUE);
        world.providerHears(world.customer.party(), funded(world, more));
        assertInstanceOf(ProviderState.Confirming.class, world.p);
        world.providerSees(world.view(OPEN, OPEN));
        assertInstanceOf(ProviderState.Revealing.class, world.p);
        world.providerSees(world.view(OPEN, OPEN));
    }

    @Test
    @DisplayName("D14: without a deposit the provider waits until one made by tFund would be final")
    void neverFunded() {
        world.delivering();
        Timing t = Timing.LOCAL;
        long last =
                World.T0 + 200 + t.inclusionSeconds() + t.finalitySeconds() + t.clockErrorSeconds();
        assertTrue(
                World.take(world.fromProvider, Effect.WakeAt.class)
                        .contains(new Effect.WakeAt(Timer.FUND, last)));
        world.at(last);
        world.provider(new Input.Woke(Timer.WORK, world.now));
        assertInstanceOf(ProviderState.Delivering.class, world.p);
        world.provider(new Input.Woke(Timer.FUND, world.now));
        assertTrue(
                assertInstanceOf(ProviderState.Aborted.class, world.p)
                        .why()
                        .line()
                        .startsWith("D14"));
    }

    @Test
    @DisplayName("T8: an ack changes nothing, a refusal of the customer ends the wait")
    void ackAndRefuse() {
        world.checking();
        assertInstanceOf(ProviderState.Delivering.class, world.p);
        world.providerHears(world.customer.party(), new Message.Refuse("no money"));
        assertEquals(
                new ProviderState.Aborted(
                        Rule.CUSTOMER_REFUSED.because("the customer refuses: no money")),
                world.p);
    }

    private void hidden(DealView view) {
        world.providerSees(view);
        assertEquals(List.of(), World.published(world.fromProvider));
    }

    @Test
    @DisplayName("R1: the key stays hidden until the deposit is final and at the tip")
    void notFinal() {
        world.confirming();
        hidden(world.view(DealStatus.ABSENT, DealStatus.ABSENT));
        hidden(world.view(OPEN, DealStatus.ABSENT));
        hidden(world.view(DealStatus.ABSENT, OPEN));
        hidden(world.view(DealStatus.REFUNDED, OPEN));
        assertInstanceOf(ProviderState.Confirming.class, world.p);
        world.providerSees(world.view(OPEN, OPEN));
        assertEquals(1, World.published(world.fromProvider).size());
    }

    @Test
    @DisplayName("D14: a notice of a deal that nobody opens holds no place beyond tFund")
    void phantomDeposit() {
        world.confirming();
        Timing t = Timing.LOCAL;
        long last =
                World.T0 + 200 + t.inclusionSeconds() + t.finalitySeconds() + t.clockErrorSeconds();
        world.at(last);
        hidden(world.view(DealStatus.ABSENT, DealStatus.ABSENT));
        assertInstanceOf(ProviderState.Confirming.class, world.p);
        world.at(last + 1);
        hidden(world.view(OPEN, DealStatus.ABSENT));
        assertInstanceOf(ProviderState.Confirming.class, world.p);
        hidden(world.view(DealStatus.ABSENT, DealStatus.ABSENT));
        assertTrue(
                assertInstanceOf(ProviderState.Aborted.class, world.p)
                        .why()
                        .line()
                        .startsWith("D14"));
    }

    @Test
    @DisplayName("D17: a look-alike contract is shown no key")
    void lookAlike() {
        world.confirming();
        hidden(Change.with(world.view(OPEN, OPEN), "codeHash", Bytes32.ZERO));
        assertTrue(
                assertInstanceOf(ProviderState.Aborted.class, world.p)
                        .why()
                        .line()
                        .startsWith("D17"));
    }

    @Test
    @DisplayName("a deposit that went back before the reveal ends the exchange")
    void refundedBefore() {
        world.confirming();
        hidden(world.view(DealStatus.REFUNDED, DealStatus.REFUNDED));
        assertInstanceOf(ProviderState.Returned.class, world.p);
    }

    @Test
    @DisplayName("R2: with exactly the margin left the key stays hidden")
    void atTheMargin() {
        world.confirming();
        DealView view = world.view(OPEN, OPEN);
        world.at(CLAIM_BY - MARGIN);
        hidden(view);
        assertTrue(
                assertInstanceOf(ProviderState.Aborted.class, world.p)
                        .why()
                        .line()
                        .startsWith("R2"));
    }

    @Test
    @DisplayName("R2: a second before the margin the key is shown, with the margin as its limit")
    void beforeTheMargin() {
        world.confirming();
        DealView view = world.view(OPEN, OPEN);
        world.at(CLAIM_BY - MARGIN - 1);
        world.providerSees(view);
        var claim =
                assertInstanceOf(
                        Effect.Transaction.Claim.class,
                        World.published(world.fromProvider).getFirst());
        assertEquals(CLAIM_BY - MARGIN, claim.notAfter());
        assertEquals(world.workKey, claim.workKey());
    }

    @Test
    @DisplayName("decisions 10: the later of the two clocks counts for the margin")
    void laterClock() {
        world.confirming();
        DealView view = world.view(OPEN, OPEN);
        world.now = new ChainTime(CLAIM_BY - MARGIN, World.T0);
        hidden(view);
        assertInstanceOf(ProviderState.Aborted.class, world.p);
    }

    @Test
    @DisplayName("decisions 10: a deposit in a block after tFund is released, one at tFund is not")
    void lateDeposit() {
        world.confirming();
        world.providerSees(Change.with(world.view(OPEN, OPEN), "openedAt", World.T0 + 201));
        assertInstanceOf(ProviderState.Releasing.class, world.p);
        assertInstanceOf(
                Effect.Transaction.Release.class, World.published(world.fromProvider).getFirst());
        World inTime = new World().confirming();
        inTime.providerSees(Change.with(inTime.view(OPEN, OPEN), "openedAt", World.T0 + 200));
        assertInstanceOf(ProviderState.Revealing.class, inTime.p);
    }

    @Test
    @DisplayName("10a: a claim above a twentieth of the wage waits; at a twentieth it goes out")
    void feeTooHigh() {
        world.confirming();
        Wei twentieth = Wei.parse("0.0005 eth");
        hidden(Change.with(world.view(OPEN, OPEN), "claimFee", twentieth.plus(Wei.of(1))));
        hidden(
                Change.with(
                        world.view(OPEN, OPEN),
                        "claimFee",
                        new Wei(BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE))));
        assertInstanceOf(ProviderState.Confirming.class, world.p);
        world.providerSees(Change.with(world.view(OPEN, OPEN), "claimFee", twentieth));
        assertInstanceOf(ProviderState.Revealing.class, world.p);
    }

    @Test
    @DisplayName(
            "12: a restored provider whose key is public goes on claiming, past the margin too")
    void restored() {
        world.confirming();
        DealView view = world.view(OPEN, OPEN, Optional.of(world.revealed()));
        world.at(CLAIM_BY - 1);
        world.providerSees(view);
        var claim =
                assertInstanceOf(
                        Effect.Transaction.Claim.class,
                        World.published(world.fromProvider).getFirst());
        assertEquals(CLAIM_BY, claim.notAfter());
    }

    @Test
    @DisplayName("12: a restored provider whose claim is final is settled")
    void restoredAfterClaim() {
        world.confirming();
        world.at(CLAIM_BY + 1000);
        world.providerSees(world.view(DealStatus.CLAIMED, DealStatus.CLAIMED));
        assertInstanceOf(ProviderState.Settled.class, world.p);
    }

    @Test
    @DisplayName("R2: junk that somebody publishes is no reason to show the key")
    void junkInMempool() {
        world.confirming();
        DealView view = world.view(OPEN, OPEN, Optional.of(world.scalar(world.psk)));
        world.at(CLAIM_BY - MARGIN);
        hidden(view);
        assertInstanceOf(ProviderState.Aborted.class, world.p);
    }

    @Test
    @DisplayName("giving up with a deposit on the way releases it")
    void givesUp() {
        world.confirming();
        world.provider(new Input.GivenUp(world.now));
        assertInstanceOf(ProviderState.Releasing.class, world.p);
        assertInstanceOf(
                Effect.Transaction.Release.class, World.published(world.fromProvider).getFirst());
    }

    @Test
    @DisplayName("a second notice changes nothing")
    void fundedTwice() {
        Funded genuine = genuine(world);
        world.providerHears(world.customer.party(), genuine);
        world.fromProvider.clear();
        world.providerHears(world.customer.party(), genuine);
        assertEquals("Funded in Confirming", world.lastIgnored());
    }
}
