package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Message.Verdict;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// AwaitingInput, Working, Trying and Sealing: nothing is delivered that the provider did not seal
/// itself.
class ProviderWorkTest {
    private final World world = new World();

    private void ignores(PartyId from, Message message, String why) {
        ProviderState before = world.p;
        world.providerHears(from, message);
        assertEquals(before, world.p);
        assertTrue(world.lastIgnored().contains(why), world.lastIgnored());
    }

    private Verdict failed(int attempt) {
        ProviderState.Trying trying = assertInstanceOf(ProviderState.Trying.class, world.p);
        return new Verdict(trying.engaged().agreement().xid(), attempt, Optional.empty());
    }

    @Test
    @DisplayName("paper step 3: work starts when the whole input is here")
    void inputFirst() {
        world.agreed();
        assertInstanceOf(ProviderState.AwaitingInput.class, world.p);
        world.provider(new Input.Done(new JobResult.Worked(1, world.bytes32()), world.now));
        assertInstanceOf(ProviderState.AwaitingInput.class, world.p);
        world.provider(new Input.Done(new JobResult.InputHeld(), world.now));
        assertInstanceOf(ProviderState.Working.class, world.p);
        world.provider(new Input.Done(new JobResult.InputHeld(), world.now));
        assertEquals("a job nobody waits for", world.lastIgnored());
    }

    @Test
    @DisplayName("16b: work of an earlier attempt is not tried")
    void workOfAnotherAttempt() {
        world.agreed();
        world.provider(new Input.Done(new JobResult.InputHeld(), world.now));
        world.provider(new Input.Done(new JobResult.Worked(2, world.bytes32()), world.now));
        assertInstanceOf(ProviderState.Working.class, world.p);
    }

    @Test
    @DisplayName("what goes wrong inside is not told to the customer in detail")
    void workFails() {
        world.agreed();
        world.provider(new Input.Done(new JobResult.InputHeld(), world.now));
        world.provider(
                new Input.Done(
                        new JobResult.Failed("DoWork", "secret path /x\nline two"), world.now));
        assertEquals(
                new ProviderState.Aborted(
                        Rule.JOB_FAILED.because("DoWork: secret path /x line two")),
                world.p);
        assertEquals(
                "the work could not be done",
                World.message(world.fromProvider, Message.Refuse.class).reason());
    }

    @Test
    @DisplayName("T5: a verdict from a stranger, of another exchange or attempt is ignored")
    void verdictOnSomethingElse() {
        world.judging();
        PartyId stamper = world.stamper.party();
        ignores(world.customer.party(), failed(1), "something else");
        ignores(stamper, failed(2), "something else");
        ignores(stamper, Change.with(failed(1), "xid", new Xid(world.bytes32())), "something else");
    }

    @Test
    @DisplayName("D6: a failed attempt is followed by the next, until they are used up")
    void attemptsUsedUp() {
        world.judging();
        world.providerHears(world.stamper.party(), failed(1));
        assertEquals(2, assertInstanceOf(ProviderState.Working.class, world.p).attempt());
        world.provider(new Input.Done(new JobResult.Worked(2, world.bytes32()), world.now));
        ignores(world.stamper.party(), failed(1), "something else");
        world.providerHears(world.stamper.party(), failed(2));
        assertTrue(
                assertInstanceOf(ProviderState.Aborted.class, world.p)
                        .why()
                        .line()
                        .contains("in 2 attempt(s)"));
        World.message(world.fromProvider, Message.Refuse.class);
    }

    @Test
    @DisplayName("D6: at tWork no further attempt is made")
    void noAttemptAfterTWork() {
        world.judging();
        world.at(World.T0 + 100);
        world.providerHears(world.stamper.party(), failed(1));
        assertInstanceOf(ProviderState.Aborted.class, world.p);
    }

    @Test
    @DisplayName("T6: a stamp for another seal than ours is an alarm; nothing is delivered")
    void sealDiffers() {
        world.sealing();
        SealHeader ours = Change.with(world.header, "root", world.bytes32());
        world.provider(new Input.Done(new JobResult.Sealed(ours), world.now));
        alarm();
    }

    private void alarm() {
        assertInstanceOf(ProviderState.Deceived.class, world.p);
        World.message(world.fromProvider, Message.Refuse.class);
        assertEquals(List.of(), World.take(world.fromProvider, Effect.Send.class));
    }

    private void stampedWith(Stamped stamped) {
        world.judging();
        Verdict yes = Change.with(failed(1), "stamped", Optional.of(stamped));
        world.providerHears(world.stamper.party(), yes);
        assertInstanceOf(ProviderState.Sealing.class, world.p);
        world.provider(new Input.Done(new JobResult.Sealed(world.header), world.now));
        alarm();
    }

    private Stamped genuine() {
        World twin = new World().sealing();
        Stamped stamped = assertInstanceOf(ProviderState.Sealing.class, twin.p).stamped();
        world.header = twin.header;
        return stamped;
    }

    @Test
    @DisplayName("T6: a stamp with another field is an alarm")
    void stampDiffers() {
        Stamped stamped = genuine();
        Stamp other = Change.with(stamped.stamp(), "notAfter", 1L);
        stampedWith(new Stamped(other, world.stamperCrypto.sign(world.stampKey, other)));
    }

    @Test
    @DisplayName("T6: a stamp under another key is an alarm")
    void stampUnderAnotherKey() {
        Stamped stamped = genuine();
        stampedWith(
                new Stamped(
                        stamped.stamp(), world.stamperCrypto.sign(world.workKey, stamped.stamp())));
    }

    @Test
    @DisplayName("T6: a seal that is ready after tWork is not delivered, one at tWork is")
    void sealedLate() {
        world.sealing();
        world.at(World.T0 + 101);
        world.provider(new Input.Done(new JobResult.Sealed(world.header), world.now));
        assertInstanceOf(ProviderState.Aborted.class, world.p);
        World inTime = new World().sealing();
        inTime.at(World.T0 + 100);
        inTime.provider(new Input.Done(new JobResult.Sealed(inTime.header), inTime.now));
        assertInstanceOf(ProviderState.Delivering.class, inTime.p);
    }

    @Test
    @DisplayName("D-I8: every state before the delivery ends at tWork and tells the customer")
    void endsAtTWork() {
        World working = new World().agreed();
        working.provider(new Input.Done(new JobResult.InputHeld(), working.now));
        for (World w :
                List.of(
                        new World().agreed(),
                        working,
                        new World().judging(),
                        new World().sealing())) {
            w.fromProvider.clear();
            ProviderState before = w.p;
            w.at(World.T0 + 99);
            w.provider(new Input.Woke(Timer.WORK, w.now));
            assertEquals(before, w.p, "a timer of before the start rings late");
            w.at(World.T0 + 100);
            w.provider(new Input.Woke(Timer.FUND, w.now));
            w.provider(new Input.Woke(Timer.WORK, w.now));
            assertEquals(
                    new ProviderState.Aborted(
                            Rule.NO_WORK.because("not delivered when the work was due (tWork)")),
                    w.p);
            World.message(w.fromProvider, Message.Refuse.class);
        }
    }

    @Test
    @DisplayName("Refuse: the customer's and the stamper's end the exchange, a stranger's does not")
    void refused() {
        world.judging();
        ignores(world.stranger, new Message.Refuse("no"), "Refuse in Trying");
        world.providerHears(world.stamper.party(), new Message.Refuse("D6: no attempt left"));
        assertEquals(
                new ProviderState.Aborted(
                        Rule.STAMPER_REFUSED.because("the stamper refuses: D6: no attempt left")),
                world.p);
        World other = new World().judging();
        other.providerHears(other.customer.party(), new Message.Refuse("bye"));
        assertEquals(
                new ProviderState.Aborted(
                        Rule.CUSTOMER_REFUSED.because("the customer refuses: bye")),
                other.p);
    }

    @Test
    @DisplayName("before a deposit the provider may give up")
    void givesUp() {
        world.sealing();
        world.provider(new Input.GivenUp(world.now));
        assertInstanceOf(ProviderState.Aborted.class, world.p);
        world.provider(new Input.GivenUp(world.now));
        assertEquals("nothing left to give up", world.lastIgnored());
    }
}
