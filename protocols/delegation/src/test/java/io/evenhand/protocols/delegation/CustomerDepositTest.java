package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.deal.Timing;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Checking, Funding, Opening, Opened and Refunding: the key and the work, or the wage back.
class CustomerDepositTest {
    private static final long CLAIM_BY = World.T0 + 300;
    private static final DealStatus ABSENT = DealStatus.ABSENT;
    private static final DealStatus OPEN = DealStatus.OPEN;
    private static final DealStatus CLAIMED = DealStatus.CLAIMED;
    private static final DealStatus REFUNDED = DealStatus.REFUNDED;

    private final World world = new World();

    private DealView seen(DealStatus tip, DealStatus finalized) {
        return world.view(tip, finalized, Optional.of(world.revealed()));
    }

    private World opening() {
        world.funding();
        world.customerSees(seen(OPEN, OPEN));
        assertInstanceOf(CustomerState.Opening.class, world.c);
        world.fromCustomer.clear();
        return world;
    }

    private World opened() {
        opening();
        world.customer(new Input.Done(new JobResult.Opened(true, true), world.now));
        assertInstanceOf(CustomerState.Opened.class, world.c);
        world.fromCustomer.clear();
        return world;
    }

    private String aborted() {
        return assertInstanceOf(CustomerState.Aborted.class, world.c).why().line();
    }

    @Test
    @DisplayName("D17: a look-alike contract is not funded")
    void lookAlike() {
        world.checking();
        world.customerSees(Change.with(world.view(ABSENT, ABSENT), "codeHash", world.bytes32()));
        assertTrue(aborted().startsWith("D17"));
        assertEquals(List.of(), World.published(world.fromCustomer));
    }

    @Test
    @DisplayName("10b: an earlier deal of this xid keeps a second one from being opened")
    void otherDeal() {
        world.checking();
        world.customerSees(Change.with(world.view(ABSENT, ABSENT), "otherDeal", true));
        assertTrue(aborted().startsWith("10b"));
        assertEquals(List.of(), World.published(world.fromCustomer));
    }

    @Test
    @DisplayName("10b, 12: a restored customer takes up its own deal and opens no second one")
    void ownDeal() {
        for (DealStatus status : List.of(OPEN, CLAIMED, REFUNDED)) {
            World w = new World().checking();
            w.customerSees(w.view(status, ABSENT));
            assertInstanceOf(CustomerState.Funding.class, w.c);
            assertEquals(List.of(), World.published(w.fromCustomer));
        }
    }

    @Test
    @DisplayName("T9: a deposit that may not be in a block by tFund is not made")
    void tooLateToFund() {
        world.checking();
        world.at(World.T0 + 200 - Timing.LOCAL.inclusionSeconds());
        world.customerSees(world.view(ABSENT, ABSENT));
        assertInstanceOf(CustomerState.Checking.class, world.c);
        assertEquals(List.of(), World.published(world.fromCustomer));
        world.at(world.now.head() - 1);
        world.customerSees(world.view(ABSENT, ABSENT));
        assertEquals(1, World.published(world.fromCustomer).size());
    }

    @Test
    @DisplayName("T9: a head at the end of time makes no deposit (overflow)")
    void headAtTheEndOfTime() {
        world.checking();
        world.at(Long.MAX_VALUE);
        world.customerSees(world.view(ABSENT, ABSENT));
        aborted();
        assertEquals(List.of(), World.published(world.fromCustomer));
    }

    @Test
    @DisplayName("D-I8: Checking ends when no deposit of a restored customer can show any more")
    void checkingEnds() {
        world.checking();
        world.at(World.T0 + 200 + Timing.LOCAL.revealMargin() - 1);
        world.customerSees(world.view(ABSENT, ABSENT));
        assertInstanceOf(CustomerState.Checking.class, world.c);
        world.at(world.now.head() + 1);
        world.customerSees(world.view(ABSENT, ABSENT));
        aborted();
    }

    @Test
    @DisplayName("T9: the deal is the one the Terms give, and its notice is signed")
    void opensDeal() {
        world.funding();
        var open =
                assertInstanceOf(
                        Effect.Transaction.Open.class,
                        World.published(world.fromCustomer).getFirst());
        Deal deal = open.deal();
        CustomerState.Funding funding = assertInstanceOf(CustomerState.Funding.class, world.c);
        assertEquals(
                Optional.empty(),
                Expected.dealFault(
                        world.customerCrypto,
                        funding.agreed().terms(),
                        funding.agreed().xid(),
                        deal));
        assertEquals(deal, World.message(world.fromCustomer, Message.Funded.class).deal());
    }

    @Test
    @DisplayName(
            "T9: a repeated delivery is answered with the notice again, not with a second deposit")
    void fundingRepeats() {
        world.delivering();
        Message.Deliver deliver = World.message(world.fromProvider, Message.Deliver.class);
        world.customerHears(world.provider.party(), deliver);
        world.customer(new Input.Done(new JobResult.Fetched(world.header.sealId()), world.now));
        world.customerSees(world.view(ABSENT, ABSENT));
        world.fromCustomer.clear();
        world.customerHears(world.provider.party(), deliver);
        World.message(world.fromCustomer, Message.Funded.class);
        assertEquals(List.of(), World.published(world.fromCustomer));
    }

    @Test
    @DisplayName("T13: the customer cannot give up once the deposit is out")
    void noWayBack() {
        world.funding();
        world.customer(new Input.GivenUp(world.now));
        assertInstanceOf(CustomerState.Funding.class, world.c);
        world.customerHears(world.provider.party(), new Message.Refuse("no"));
        assertInstanceOf(CustomerState.Funding.class, world.c);
    }

    @Test
    @DisplayName("T12: a scalar that does not open the lock is no key")
    void wrongScalar() {
        world.funding();
        RevealedKey junk = world.scalar(world.psk);
        world.customerSees(world.view(CLAIMED, OPEN, Optional.of(junk)));
        assertInstanceOf(CustomerState.Funding.class, world.c);
    }

    @Test
    @DisplayName("T12: a key in the mempool is public already")
    void keyInMempool() {
        opening();
        assertEquals(world.revealed(), ((CustomerState.Opening) world.c).key());
    }

    @Test
    @DisplayName("T13, R5: no refund one second before claimBy, a refund at claimBy")
    void refundAtClaimBy() {
        world.funding();
        World.published(world.fromCustomer);
        world.at(CLAIM_BY - 1);
        world.customerSees(world.view(OPEN, OPEN));
        assertInstanceOf(CustomerState.Funding.class, world.c);
        assertEquals(List.of(), World.published(world.fromCustomer));
        world.at(CLAIM_BY);
        world.customerSees(world.view(OPEN, OPEN));
        assertInstanceOf(CustomerState.Refunding.class, world.c);
        assertInstanceOf(
                Effect.Transaction.Refund.class, World.published(world.fromCustomer).getFirst());
        world.customerSees(world.view(REFUNDED, OPEN));
        assertInstanceOf(CustomerState.Refunding.class, world.c, "a refund may be reorged out");
        world.customerSees(world.view(REFUNDED, REFUNDED));
        assertInstanceOf(CustomerState.Refunded.class, world.c);
    }

    @Test
    @DisplayName("R5: the chain's clock decides, not the customer's own")
    void refundByChainTime() {
        world.funding();
        World.published(world.fromCustomer);
        world.now = new ChainTime(CLAIM_BY + 1000, CLAIM_BY - 1);
        world.customerSees(world.view(OPEN, OPEN));
        assertEquals(List.of(), World.published(world.fromCustomer));
    }

    @Test
    @DisplayName("T13: a claim that wins against the refund leads back to the work")
    void claimWins() {
        world.funding();
        world.at(CLAIM_BY);
        world.customerSees(world.view(OPEN, OPEN));
        world.customerSees(seen(CLAIMED, OPEN));
        assertInstanceOf(CustomerState.Opening.class, world.c);
    }

    @Test
    @DisplayName("T13: what was opened before the refund is not opened twice")
    void claimWinsAfterOpening() {
        opened();
        world.at(CLAIM_BY);
        world.customerSees(seen(OPEN, OPEN));
        assertInstanceOf(CustomerState.Refunding.class, world.c);
        world.customerSees(seen(CLAIMED, CLAIMED));
        assertInstanceOf(CustomerState.Opened.class, world.c);
        world.customerSees(seen(CLAIMED, CLAIMED));
        assertTrue(assertInstanceOf(CustomerState.Settled.class, world.c).passed());
    }

    @Test
    @DisplayName("R1: settled only when the claim is final")
    void settledWhenFinal() {
        opened();
        world.customerSees(seen(CLAIMED, OPEN));
        assertInstanceOf(CustomerState.Opened.class, world.c);
        world.customerSees(seen(CLAIMED, CLAIMED));
        assertInstanceOf(CustomerState.Settled.class, world.c);
    }

    @Test
    @DisplayName("T12: a seal that does not open, or fails the policy, is kept as proof")
    void openedBadly() {
        for (JobResult.Opened bad :
                List.of(new JobResult.Opened(false, false), new JobResult.Opened(true, false))) {
            World w = new World().funding();
            DealView view = w.view(CLAIMED, CLAIMED, Optional.of(w.revealed()));
            w.customerSees(view);
            w.customer(new Input.Done(bad, w.now));
            w.customerSees(view);
            assertEquals(false, assertInstanceOf(CustomerState.Settled.class, w.c).passed());
        }
    }

    @Test
    @DisplayName("T12: opening that fails here (a full disk) blames nobody and is tried again")
    void openingFails() {
        opening();
        world.customer(new Input.Done(new JobResult.Failed("OpenWork", "disk full"), world.now));
        world.customerSees(seen(CLAIMED, CLAIMED));
        assertInstanceOf(CustomerState.Opening.class, world.c);
        world.customer(new Input.Restarted(world.now));
        assertEquals(1, World.take(world.fromCustomer, Effect.Run.class).size());
    }

    @Test
    @DisplayName("D-I8: a refund that somebody else asked for ends every state after the deposit")
    void refundedByOthers() {
        List<World> worlds =
                List.of(
                        new World().funding(),
                        new CustomerDepositTest().opening(),
                        new CustomerDepositTest().opened());
        for (World w : worlds) {
            w.customerSees(w.view(REFUNDED, REFUNDED));
            assertInstanceOf(CustomerState.Refunded.class, w.c);
        }
    }

    @Test
    @DisplayName("decisions 10: a late deposit that the provider releases comes back early")
    void released() {
        world.funding();
        world.customerSees(world.view(REFUNDED, OPEN));
        assertInstanceOf(CustomerState.Funding.class, world.c);
        world.customerSees(world.view(REFUNDED, REFUNDED));
        assertInstanceOf(CustomerState.Refunded.class, world.c);
    }

    @Test
    @DisplayName(
            "D-I8: without a deposit every state ends, but not before a reorg can bring it back")
    void neverDeposited() {
        List<World> worlds =
                List.of(
                        new World().funding(),
                        new CustomerDepositTest().opening(),
                        new CustomerDepositTest().opened());
        for (World w : worlds) {
            CustomerState before = w.c;
            w.at(CLAIM_BY + Timing.LOCAL.finalitySeconds() - 1);
            w.customerSees(w.view(ABSENT, ABSENT));
            assertEquals(before, w.c);
            w.at(CLAIM_BY + Timing.LOCAL.finalitySeconds());
            w.customerSees(w.view(ABSENT, ABSENT));
            assertInstanceOf(CustomerState.Aborted.class, w.c);
        }
    }

    @Test
    @DisplayName("R5: a deposit that a reorg brings back after claimBy is still refunded")
    void reorgBringsDepositBack() {
        world.funding();
        World.published(world.fromCustomer);
        world.at(CLAIM_BY);
        world.customerSees(world.view(ABSENT, ABSENT));
        world.at(CLAIM_BY + 1);
        world.customerSees(world.view(OPEN, ABSENT));
        assertInstanceOf(
                Effect.Transaction.Refund.class, World.published(world.fromCustomer).getFirst());
    }

    @Test
    @DisplayName("timers do not matter once the chain decides")
    void timers() {
        for (World w :
                List.of(new World().fetching(), new World().checking(), new World().funding())) {
            CustomerState before = w.c;
            w.at(World.T0 + 10_000);
            w.customer(new Input.Woke(Timer.WORK, w.now));
            w.customer(new Input.Woke(Timer.FUND, w.now));
            assertEquals(before, w.c);
        }
    }

    @Test
    @DisplayName("what is over stays over")
    void finalStates() {
        opened();
        world.customerSees(seen(CLAIMED, CLAIMED));
        CustomerState settled = world.c;
        world.customerSees(world.view(REFUNDED, REFUNDED));
        world.customer(new Input.Woke(Timer.WORK, world.now));
        world.customer(new Input.GivenUp(world.now));
        world.customer(new Input.Restarted(world.now));
        world.customer(new Input.Begin(world.now));
        world.customer(new Input.Done(new JobResult.Opened(false, false), world.now));
        assertEquals(settled, world.c);
    }
}
