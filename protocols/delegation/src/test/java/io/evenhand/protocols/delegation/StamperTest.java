package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Provision;
import io.evenhand.protocols.delegation.message.Message.Try;
import io.evenhand.protocols.delegation.message.Message.Verdict;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The stamper in all its states: at most one stamp, attempts counted first, nothing for strangers.
class StamperTest {
    private final World world = new World();

    private record Fault(
            String title, String says, BiFunction<World, Provision, Provision> change) {}

    /// Terms that customer and provider both signed, whatever they say.
    private static Fault terms(String title, String says, UnaryOperator<Terms> change) {
        return new Fault(
                title,
                says,
                (world, p) -> {
                    Terms terms = change.apply(p.terms());
                    return new Provision(
                            terms,
                            world.customerCrypto.sign(terms),
                            world.providerCrypto.sign(terms),
                            p.policy(),
                            p.policySalt(),
                            p.hidden(),
                            p.psk());
                });
    }

    private static Fault field(String title, String says, String name, Object value) {
        return new Fault(title, says, (_, p) -> Change.with(p, name, value));
    }

    private static Stream<Fault> faults() {
        Bytes32 other = new Bytes32(1, 2, 3, 4);
        PartyId stranger = new World().stranger;
        return Stream.of(
                terms(
                        "16a: Terms of another customer",
                        "customer of the Terms",
                        t -> Change.with(t, "order.customer", stranger)),
                terms(
                        "16a: Terms that name another stamper",
                        "another stamper",
                        t -> Change.with(t, "order.stamper.key", stranger)),
                terms(
                        "16a: Terms that name another stamp key",
                        "another stamper or stamp key",
                        t -> Change.with(t, "stampKey", t.workKey())),
                terms(
                        "16a: Terms of another exchange",
                        "another stamper or stamp key",
                        t -> Change.with(t, "order.customerNonce", other)),
                terms(
                        "D3: Terms that name another profile",
                        "profile",
                        t -> Change.with(t, "order.stamper.profile", "tee")),
                terms(
                        "D12: a work key off the curve",
                        "D12",
                        t -> Change.with(t, "workKey", Keys.OFF_CURVE)),
                terms(
                        "D12: the work key without a lock",
                        "D12",
                        t -> Change.with(t, "workKey", Keys.WITHOUT_LOCK)),
                new Fault(
                        "D22: not signed by the customer",
                        "D22",
                        (_, p) -> Change.with(p, "customer", p.provider())),
                new Fault(
                        "D22: not signed by the provider",
                        "D22",
                        (_, p) -> Change.with(p, "provider", p.customer())),
                field("D5: another policy", "policy", "policy", "accuracy/1 atLeast=0"),
                field("16f: another policy salt", "policy", "policySalt", other),
                field("16a: other hidden data", "hidden data", "hidden", other),
                new Fault(
                        "D19: another psk",
                        "D19",
                        (world, p) -> Change.with(p, "psk", world.workKey)));
    }

    /// What the stamper's own disk and time set limits to.
    private static Stream<Fault> excesses() {
        return Stream.of(
                terms(
                        "a stamp key kept for more than sixty days",
                        "60 days",
                        t -> Change.with(t, "order.deadlines.tFund", World.T0 + 60L * 86_400 + 1)),
                terms(
                        "a stamp key kept for ever",
                        "60 days",
                        t -> Change.with(t, "order.deadlines.tFund", Long.MAX_VALUE)),
                terms(
                        "work that fills the stamper's disk, whoever signed for it",
                        "this stamper keeps at most",
                        t -> Change.with(t, "order.maxWorkBytes", 1L << 40)),
                terms(
                        "attempts that fill the stamper's disk",
                        "this stamper keeps at most",
                        t -> Change.with(t, "order.attempts", Integer.MAX_VALUE)),
                terms(
                        "no attempt at all",
                        "this stamper keeps at most",
                        t -> Change.with(t, "order.attempts", 0)),
                terms(
                        "the deposit was due before (tFund)",
                        "the deposit was due before (tFund)",
                        t -> Change.with(t, "order.deadlines.tFund", World.T0)));
    }

    private static Provision provision(World world) {
        world.customer(new Input.Begin(world.now));
        for (int i = 0; i < 4; i++) {
            world.deliverOnce();
        }
        return World.message(world.fromCustomer, Provision.class);
    }

    @TestFactory
    @DisplayName("16a, one fault each: no Ready, and the customer learns why")
    Stream<DynamicTest> refusesEachFault() {
        return Stream.concat(faults(), excesses())
                .map(fault ->
                        DynamicTest.dynamicTest(
                                fault.title,
                                () -> {
                                    World w = new World();
                                    Provision provision = provision(w);
                                    w.fromStamper.clear();
                                    w.stamperHears(
                                            w.customer.party(), fault.change.apply(w, provision));
                                    assertInstanceOf(StamperState.Keyed.class, w.v);
                                    String reason =
                                            World.message(w.fromStamper, Message.Refuse.class)
                                                    .reason();
                                    assertTrue(reason.contains(fault.says), reason);
                                    assertEquals(List.of(), w.fromStamper);
                                    w.stamperHears(w.customer.party(), provision);
                                    assertInstanceOf(StamperState.Provisioned.class, w.v);
                                }));
    }

    @Test
    @DisplayName("16a: a provision from anybody but the customer is refused")
    void provisionFromProvider() {
        Provision provision = provision(world);
        world.stamperHears(world.provider.party(), provision);
        assertInstanceOf(StamperState.Keyed.class, world.v);
        World.message(world.fromStamper, Message.Refuse.class);
    }

    @Test
    @DisplayName("T3: a second provision is refused, the same one gets the same Ready")
    void provisionTwice() {
        Provision provision = provision(world);
        world.stamperHears(world.customer.party(), provision);
        Message.Ready first = World.message(world.fromStamper, Message.Ready.class);
        world.stamperHears(world.customer.party(), provision);
        assertEquals(first, World.message(world.fromStamper, Message.Ready.class));
        StamperState before = world.v;
        world.stamperHears(
                world.customer.party(),
                Change.with(provision, "terms.providerNonce", world.bytes32()));
        assertTrue(world.lastIgnored().startsWith("16a: a second provision"));
        world.stamperHears(world.provider.party(), provision);
        assertTrue(world.lastIgnored().startsWith("16a: a second provision"));
        int ignored = world.ignored.size();
        world.stamperHears(world.customer.party(), Change.with(provision, "psk", world.workKey));
        assertEquals(ignored + 1, world.ignored.size(), "D19: no other psk is kept");
        assertEquals(before, world.v);
    }

    @Test
    @DisplayName("decisions 1: a stamp key belongs to one customer and one exchange")
    void stampKeyIsForOne() {
        Message.AskStampKey ask = new Message.AskStampKey(world.bytes32());
        world.stamperHears(world.customer.party(), ask);
        Message.StampKeyMade made = World.message(world.fromStamper, Message.StampKeyMade.class);
        world.stamperHears(world.customer.party(), ask);
        assertEquals(made, World.message(world.fromStamper, Message.StampKeyMade.class));
        world.stamperHears(world.provider.party(), ask);
        world.stamperHears(world.customer.party(), new Message.AskStampKey(world.bytes32()));
        assertEquals(2, world.ignored.size());
    }

    @Test
    @DisplayName("a stamp key that nobody provisions is erased after an hour")
    void unusedKey() {
        world.stamperHears(world.customer.party(), new Message.AskStampKey(world.bytes32()));
        assertEquals(
                List.of(new Effect.WakeAt(Timer.WORK, World.T0 + 900)),
                World.take(world.fromStamper, Effect.WakeAt.class));
        world.stamper(new Input.Woke(Timer.WORK, world.now));
        assertInstanceOf(StamperState.Expired.class, world.v);
        assertEquals(
                List.of(new Effect.Burn(world.stampKey)),
                World.take(world.fromStamper, Effect.Burn.class));
    }

    /// The first try, with the stamper provisioned.
    private Try firstTry() {
        world.agreed();
        world.provider(new Input.Done(new JobResult.InputHeld(), world.now));
        world.provider(new Input.Done(new JobResult.Worked(1, world.bytes32()), world.now));
        return World.message(world.fromProvider, Try.class);
    }

    private void ignores(PartyId from, Message message, String why) {
        StamperState before = world.v;
        int effects = world.fromStamper.size();
        world.stamperHears(from, message);
        assertEquals(before, world.v);
        assertTrue(world.lastIgnored().contains(why), world.lastIgnored());
        assertEquals(effects, world.fromStamper.size());
    }

    @Test
    @DisplayName("T5: a try from a stranger or for another exchange is ignored")
    void tryOfAnother() {
        Try first = firstTry();
        ignores(world.customer.party(), first, "somebody else");
        ignores(
                world.provider.party(),
                Change.with(first, "xid", new Xid(Bytes32.ZERO)),
                "somebody else");
    }

    @Test
    @DisplayName("16b: attempts are numbered without gaps")
    void attemptOutOfOrder() {
        Try first = firstTry();
        for (int number : new int[] {0, 2, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            ignores(world.provider.party(), Change.with(first, "attempt", number), "16b");
        }
    }

    @Test
    @DisplayName("16b: the attempt is in the state before the policy runs")
    void countedFirst() {
        Try first = firstTry();
        world.stamperHears(world.provider.party(), first);
        StamperState.Judging judging = assertInstanceOf(StamperState.Judging.class, world.v);
        assertEquals(1, judging.attempt().number());
        assertEquals(first.work(), world.judge().work());
    }

    @Test
    @DisplayName("16b: while one attempt is judged another is refused")
    void tryWhileJudging() {
        Try first = firstTry();
        world.stamperHears(world.provider.party(), first);
        ignores(world.provider.party(), first, "being judged");
        ignores(world.provider.party(), Change.with(first, "attempt", 2), "being judged");
    }

    @Test
    @DisplayName("T5: at tFund nothing is judged any more")
    void tryAfterTFund() {
        Try first = firstTry();
        world.at(World.T0 + 200);
        world.stamperHears(world.provider.party(), first);
        assertInstanceOf(StamperState.Provisioned.class, world.v);
        World.message(world.fromStamper, Message.Refuse.class);
    }

    private Verdict judged(Bytes32 work, Optional<SealHeader> header) {
        world.stamper(new Input.Done(new JobResult.Judged(work, header), world.now));
        return World.message(world.fromStamper, Verdict.class);
    }

    @Test
    @DisplayName("16b: a repeat of a failed attempt gets the same bytes, a differing one nothing")
    void repeatOfFailed() {
        Try first = firstTry();
        world.stamperHears(world.provider.party(), first);
        Verdict no = judged(first.work(), Optional.empty());
        assertEquals(Optional.empty(), no.stamped());
        world.stamperHears(world.provider.party(), first);
        assertEquals(no, World.message(world.fromStamper, Verdict.class));
        ignores(world.provider.party(), Change.with(first, "work", world.bytes32()), "16b");
        ignores(world.provider.party(), Change.with(first, "seed", world.psk), "16b");
    }

    @Test
    @DisplayName("D6, D-I10: when the attempts are used up none is judged")
    void attemptsUsedUp() {
        Try first = firstTry();
        world.stamperHears(world.provider.party(), first);
        judged(first.work(), Optional.empty());
        Try second = Change.with(first, "attempt", 2);
        world.stamperHears(world.provider.party(), second);
        judged(second.work(), Optional.empty());
        world.stamperHears(world.provider.party(), Change.with(first, "attempt", 3));
        assertTrue(
                World.message(world.fromStamper, Message.Refuse.class).reason().startsWith("D6"));
        assertEquals(2, assertInstanceOf(StamperState.Provisioned.class, world.v).attemptsUsed());
    }

    @Test
    @DisplayName("D6: an attempt whose policy crashed is used up")
    void crashCounts() {
        Try first = firstTry();
        world.stamperHears(world.provider.party(), first);
        world.stamper(new Input.Done(new JobResult.Failed("Judge", "out of fuel"), world.now));
        assertEquals(1, assertInstanceOf(StamperState.Provisioned.class, world.v).attemptsUsed());
    }

    @Test
    @DisplayName("16b: a result for other bytes, or of an earlier attempt, is not stamped")
    void resultOfAnother() {
        Try first = firstTry();
        world.stamperHears(world.provider.party(), first);
        Job.Judge judge = world.judge();
        SealHeader header = world.header(judge);
        for (JobResult result :
                List.of(
                        new JobResult.Judged(world.bytes32(), Optional.of(header)),
                        new JobResult.Judged(
                                judge.work(), Optional.of(Change.with(header, "label.slot", 2))),
                        new JobResult.InputHeld())) {
            world.stamper(new Input.Done(result, world.now));
            assertInstanceOf(StamperState.Judging.class, world.v);
        }
    }

    @Test
    @DisplayName("D-I10: one stamp; the same try gets the same bytes, any other nothing")
    void oneStamp() {
        Try first = firstTry();
        world.stamperHears(world.provider.party(), first);
        Verdict yes = judged(first.work(), Optional.of(world.header(world.judge())));
        assertTrue(yes.stamped().isPresent());
        world.stamperHears(world.provider.party(), first);
        assertEquals(yes, World.message(world.fromStamper, Verdict.class));
        World.take(world.fromStamper, Effect.Burn.class);
        ignores(world.customer.party(), first, "D-I10");
        ignores(world.provider.party(), Change.with(first, "attempt", 2), "D-I10");
        ignores(world.provider.party(), Change.with(first, "work", world.bytes32()), "D-I10");
        ignores(world.provider.party(), Change.with(first, "seed", world.psk), "D-I10");
        world.stamper(
                new Input.Done(
                        new JobResult.Judged(
                                first.work(), Optional.of(world.header(judgeOf(first)))),
                        world.now));
        assertEquals("a job nobody waits for", world.lastIgnored());
    }

    private Job.Judge judgeOf(Try message) {
        World twin = new World().judging();
        return Change.with(twin.judge(), "work", message.work());
    }

    @Test
    @DisplayName("decisions 1: stamp key, seed and psk are erased after the stamp")
    void erases() {
        Try first = firstTry();
        world.stamperHears(world.provider.party(), first);
        judged(first.work(), Optional.of(world.header(world.judge())));
        assertEquals(
                List.of(
                        new Effect.Burn(world.stampKey),
                        new Effect.Burn(first.seed()),
                        new Effect.Burn(world.psk)),
                World.take(world.fromStamper, Effect.Burn.class));
        world.stamperHears(world.provider.party(), first);
        assertEquals(
                List.of(new Effect.Burn(first.seed())),
                World.take(world.fromStamper, Effect.Burn.class));
    }

    @Test
    @DisplayName("D2: the stamp is deterministic")
    void deterministic() {
        World one = new World().sealing();
        World two = new World().sealing();
        assertEquals(one.v, two.v);
    }

    @Test
    @DisplayName("D-I8: every state ends at tFund, and its secrets are erased")
    void endsAtTFund() {
        KeyId stampKey = world.stampKey;
        Try first = firstTry();
        world.fromStamper.clear();
        StamperState provisioned = world.v;
        world.stamper(new Input.Woke(Timer.WORK, world.now));
        assertEquals(provisioned, world.v);
        world.stamper(new Input.Woke(Timer.FUND, world.now));
        assertInstanceOf(StamperState.Expired.class, world.v);
        assertTrue(world.fromStamper.contains(new Effect.Burn(stampKey)));
        assertTrue(world.fromStamper.contains(new Effect.Burn(world.psk)));
        ignores(world.provider.party(), first, "Try in Expired");

        World judging = new World().judging();
        judging.stamper(new Input.Woke(Timer.FUND, judging.now));
        assertInstanceOf(StamperState.Expired.class, judging.v);
        assertTrue(judging.fromStamper.contains(new Effect.Burn(first.seed())));

        World stamped = new World().sealing();
        stamped.stamper(new Input.Woke(Timer.FUND, stamped.now));
        assertInstanceOf(StamperState.Expired.class, stamped.v);
    }

    @Test
    @DisplayName("12: put back from a backup it stamps nothing that it finds open, and says so")
    void putBack() {
        for (World w : List.of(new World().agreed(), new World().judging())) {
            w.fromStamper.clear();
            w.stamper(new Input.GivenUp(w.now));
            assertInstanceOf(StamperState.Expired.class, w.v);
            assertTrue(w.fromStamper.contains(new Effect.Burn(w.stampKey)));
            assertEquals(
                    2,
                    w.fromStamper.stream()
                            .filter(effect ->
                                    effect instanceof Effect.Send(var _, Message.Refuse _))
                            .count(),
                    "customer and provider are told");
        }
        World stamped = new World().sealing();
        StamperState before = stamped.v;
        stamped.stamper(new Input.GivenUp(stamped.now));
        assertEquals(before, stamped.v, "the one stamp may be said again");
    }

    @Test
    @DisplayName("a stamper only answers")
    void onlyAnswers() {
        StamperState before = world.v;
        world.stamper(new Input.Begin(world.now));
        world.stamperHears(world.customer.party(), new Message.Refuse("x"));
        assertEquals(before, world.v);
        assertEquals(2, world.ignored.size());
    }

    @Test
    @DisplayName("decisions 1: the Terms carry the key that was made inside")
    void keyMadeInside() {
        PublicKey made = world.stamperCrypto.publicKey(world.stampKey);
        assertEquals(made, provision(world).terms().stampKey());
    }
}
