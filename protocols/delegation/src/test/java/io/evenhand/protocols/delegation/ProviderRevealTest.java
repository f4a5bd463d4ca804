package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Timing;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Revealing and Releasing: after the key is shown there is no way back (R3).
class ProviderRevealTest {
    private static final long CLAIM_BY = World.T0 + 300;
    private static final long MARGIN = Timing.LOCAL.revealMargin();
    private static final long OVER = CLAIM_BY + Timing.LOCAL.finalitySeconds();
    private static final DealStatus ABSENT = DealStatus.ABSENT;
    private static final DealStatus OPEN = DealStatus.OPEN;
    private static final DealStatus CLAIMED = DealStatus.CLAIMED;
    private static final DealStatus REFUNDED = DealStatus.REFUNDED;

    private final World world = revealing();

    private static World revealing() {
        World world = new World().revealing();
        assertEquals(1, World.published(world.fromProvider).size());
        return world;
    }

    private DealView known(DealStatus tip, DealStatus finalized) {
        return Change.with(world.view(tip, finalized), "claimKnown", true);
    }

    private List<Effect.Transaction> sent(DealView view) {
        world.providerSees(view);
        return World.published(world.fromProvider);
    }

    @Test
    @DisplayName("R3: a claim that a node knows is not sent twice")
    void knownClaim() {
        assertEquals(List.of(), sent(known(OPEN, OPEN)));
        assertEquals(List.of(), sent(known(CLAIMED, OPEN)));
        assertInstanceOf(ProviderState.Revealing.class, world.p);
    }

    @Test
    @DisplayName("R3: a claim that a reorg took back is sent again")
    void reorg() {
        sent(known(CLAIMED, OPEN));
        assertEquals(1, sent(world.view(OPEN, OPEN)).size());
        assertInstanceOf(ProviderState.Revealing.class, world.p);
    }

    @Test
    @DisplayName("R3: the deposit's own reorg is waited out")
    void depositReorg() {
        assertEquals(List.of(), sent(world.view(ABSENT, OPEN)));
        assertInstanceOf(ProviderState.Revealing.class, world.p);
        assertEquals(1, sent(world.view(OPEN, OPEN)).size());
    }

    @Test
    @DisplayName("10a: past the margin a claim that nobody knows is not sent for the first time")
    void pastTheMargin() {
        DealView view = world.view(OPEN, OPEN);
        world.at(CLAIM_BY - MARGIN - 1);
        assertEquals(1, sent(view).size());
        world.at(CLAIM_BY - MARGIN);
        assertEquals(List.of(), sent(view));
        assertInstanceOf(ProviderState.Revealing.class, world.p);
    }

    @Test
    @DisplayName("10a: a key that is public is claimed with until claimBy")
    void publicKey() {
        DealView view = world.view(OPEN, OPEN, Optional.of(world.revealed()));
        world.at(CLAIM_BY - 1);
        var claim = assertInstanceOf(Effect.Transaction.Claim.class, sent(view).getFirst());
        assertEquals(CLAIM_BY, claim.notAfter());
        world.at(CLAIM_BY);
        assertEquals(List.of(), sent(view));
    }

    @Test
    @DisplayName("10a: somebody's junk in the mempool does not make the key public")
    void junk() {
        DealView view = world.view(OPEN, OPEN, Optional.of(world.scalar(world.psk)));
        world.at(CLAIM_BY - MARGIN);
        assertEquals(List.of(), sent(view));
        world.at(OVER);
        sent(view);
        assertInstanceOf(ProviderState.Aborted.class, world.p);
    }

    @Test
    @DisplayName("R1, D13: settled when the claim is final, and the key is burned")
    void settled() {
        sent(known(CLAIMED, OPEN));
        assertInstanceOf(ProviderState.Revealing.class, world.p);
        world.providerSees(known(CLAIMED, CLAIMED));
        assertInstanceOf(ProviderState.Settled.class, world.p);
        assertEquals(
                List.of(new Effect.Burn(world.workKey)),
                World.take(world.fromProvider, Effect.Burn.class));
    }

    @Test
    @DisplayName("a refund after the key was shown is a loss, before it a return")
    void refunded() {
        world.providerSees(known(REFUNDED, REFUNDED));
        assertInstanceOf(ProviderState.Lost.class, world.p);
        World other = revealing();
        other.providerSees(other.view(REFUNDED, REFUNDED));
        assertInstanceOf(ProviderState.Returned.class, other.p);
        World byKey = revealing();
        byKey.providerSees(byKey.view(REFUNDED, REFUNDED, Optional.of(byKey.revealed())));
        assertInstanceOf(ProviderState.Lost.class, byKey.p);
    }

    @Test
    @DisplayName("R5: a refund that is not final yet decides nothing")
    void refundNotFinal() {
        world.providerSees(known(REFUNDED, OPEN));
        assertInstanceOf(ProviderState.Revealing.class, world.p);
    }

    @Test
    @DisplayName("D-I8: it ends when no block that may change can take the claim")
    void over() {
        DealView view = known(OPEN, OPEN);
        world.at(OVER - 1);
        world.providerSees(view);
        assertInstanceOf(ProviderState.Revealing.class, world.p);
        world.at(OVER);
        world.providerSees(known(CLAIMED, OPEN));
        assertInstanceOf(ProviderState.Revealing.class, world.p);
        world.providerSees(view);
        assertInstanceOf(ProviderState.Lost.class, world.p);
    }

    @Test
    @DisplayName("D-I8: a deposit that vanished for good ends it too")
    void depositVanished() {
        world.at(OVER);
        world.providerSees(known(ABSENT, ABSENT));
        assertInstanceOf(ProviderState.Lost.class, world.p);
    }

    @Test
    @DisplayName("R3: neither the user nor the customer nor a timer ends it")
    void noWayBack() {
        ProviderState before = world.p;
        world.provider(new Input.GivenUp(world.now));
        world.providerHears(world.customer.party(), new Message.Refuse("stop"));
        world.provider(new Input.Woke(Timer.WORK, world.now));
        world.provider(new Input.Woke(Timer.FUND, world.now));
        assertEquals(before, world.p);
    }

    private static World releasing() {
        World world = new World().confirming();
        world.provider(new Input.GivenUp(world.now));
        return world;
    }

    @Test
    @DisplayName("decisions 10: a released deposit ends as returned when that is final")
    void released() {
        World w = releasing();
        w.providerSees(w.view(REFUNDED, OPEN));
        assertInstanceOf(ProviderState.Releasing.class, w.p);
        w.providerSees(w.view(REFUNDED, REFUNDED));
        assertInstanceOf(ProviderState.Returned.class, w.p);
    }

    @Test
    @DisplayName(
            "D-I8: a release that nobody mines, or of a deal that never was, ends after claimBy")
    void releaseEnds() {
        for (DealStatus status : List.of(OPEN, ABSENT)) {
            World w = releasing();
            w.at(OVER - 1);
            w.providerSees(w.view(status, status));
            assertInstanceOf(ProviderState.Releasing.class, w.p);
            w.at(OVER);
            w.providerSees(w.view(status, status));
            assertInstanceOf(ProviderState.Aborted.class, w.p);
        }
    }

    @Test
    @DisplayName("12: a claim from before a restored backup may win against the release")
    void claimWins() {
        World w = releasing();
        w.providerSees(w.view(CLAIMED, CLAIMED));
        assertInstanceOf(ProviderState.Settled.class, w.p);
    }

    @Test
    @DisplayName("12: a restored provider finds the deposit by itself, whoever keeps silent")
    void restoredWhileDelivering() {
        World w = new World().delivering();
        w.fromProvider.clear();
        w.provider(new Input.Restarted(w.now));
        assertEquals(1, w.fromProvider.stream().filter(Effect.Watch.class::isInstance).count());
        w.providerSees(w.view(ABSENT, ABSENT));
        assertInstanceOf(ProviderState.Delivering.class, w.p);
        w.providerSees(w.view(OPEN, ABSENT));
        assertInstanceOf(ProviderState.Confirming.class, w.p);
        w.providerSees(w.view(OPEN, OPEN));
        assertInstanceOf(ProviderState.Revealing.class, w.p);
    }

    @Test
    @DisplayName("12: a restored provider sees that its wage came long ago")
    void restoredAfterTheClaim() {
        World w = new World().delivering();
        w.provider(new Input.Restarted(w.now));
        w.providerSees(known(CLAIMED, CLAIMED));
        assertInstanceOf(ProviderState.Settled.class, w.p);
    }

    @Test
    @DisplayName("what is over stays over")
    void finalStates() {
        world.providerSees(known(CLAIMED, CLAIMED));
        ProviderState before = world.p;
        world.providerSees(known(REFUNDED, REFUNDED));
        world.provider(new Input.GivenUp(world.now));
        world.provider(new Input.Restarted(world.now));
        world.provider(new Input.Woke(Timer.FUND, world.now));
        assertEquals(before, world.p);
    }
}
