package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Offer;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.provider.ProviderMachine;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.math.BigInteger;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Idle and Accepted: which orders the provider takes, and when it starts.
class ProviderOfferTest {
    private record Fault(String title, String says, UnaryOperator<Offer> change) {}

    private static final long T0 = World.T0;
    private static final long WINDOW = Timing.LOCAL.minClaimWindow();

    private static Fault order(String title, String says, String path, Object value) {
        return new Fault(title, says, offer -> Change.with(offer, "order." + path, value));
    }

    private static Fault times(String title, String says, long tWork, long tFund, long claimBy) {
        return new Fault(
                title,
                says,
                offer ->
                        Change.with(
                                Change.with(
                                        Change.with(offer, "order.deadlines.tWork", tWork),
                                        "order.deadlines.tFund",
                                        tFund),
                                "order.deadlines.claimBy",
                                claimBy));
    }

    private static Stream<Fault> faults() {
        return Stream.concat(partyFaults(), numberFaults());
    }

    private static Stream<Fault> partyFaults() {
        return Stream.of(
                order("T1: for another provider", "another provider", "provider", party(9)),
                order("T1: a service we do not have", "no service \"x\"", "service", "x"),
                order("D17: another chain", "D17", "rail.chainId", 1L),
                order("D17: a look-alike contract", "D17", "rail.codeHash", Bytes32.ZERO),
                order("D17: another contract", "D17", "rail.contract", Address.ZERO),
                order(
                        "T1: one wei below the price",
                        "below our price",
                        "wage",
                        new Wei(Wei.parse("0.01 eth").value().subtract(BigInteger.ONE))),
                order("D25: the payer is zero", "D25", "payer", Address.ZERO),
                order("D25: the payer is the contract", "D25", "payer", World.RAIL.contract()),
                order("D25: the payer is a precompile", "D25", "payer", new Address(0, 0, 0x100)),
                order(
                        "decisions 15: a stamper we do not accept",
                        "not one we accept",
                        "stamper.key",
                        party(8)),
                new Fault(
                        "decisions 15: the customer as its own stamper",
                        "cannot be its own stamper",
                        o -> Change.with(o, "order.stamper.key", o.order().customer())),
                new Fault(
                        "D5: a policy we do not run",
                        "no policy \"evil\"",
                        o -> Change.with(o, "policy", "evil/1 x")),
                new Fault(
                        "D5: a policy of 4 KiB without a name (the reason still fits)",
                        "no policy",
                        o -> Change.with(o, "policy", "ü".repeat(2048))),
                new Fault(
                        "D5: another policy than the committed one",
                        "not the one the offer commits to",
                        o -> Change.with(o, "policy", "accuracy/1 atLeast=0.9999")),
                new Fault(
                        "16f: another policy salt",
                        "not the one the offer commits to",
                        o -> Change.with(o, "policySalt", Bytes32.ZERO)));
    }

    private static Stream<Fault> numberFaults() {
        String unordered = "now < tWork < tFund < claimBy";
        return Stream.of(
                order("an input above the limit", "input of", "inputBytes", (1L << 20) + 1),
                order("an input of negative length", "input of", "inputBytes", -1L),
                order("a work above the limit", "work of up to", "maxWorkBytes", (1L << 20) + 1),
                order("no work at all", "work of up to", "maxWorkBytes", 0L),
                order("a work of -2^63 bytes", "work of up to", "maxWorkBytes", Long.MIN_VALUE),
                order("D6: no attempt", "no attempt", "attempts", 0),
                times("tWork is now", unordered, T0, T0 + 200, T0 + 300),
                times("tFund is tWork", unordered, T0 + 100, T0 + 100, T0 + 300),
                times("claimBy is tFund", unordered, T0 + 100, T0 + 200, T0 + 200),
                times(
                        "D9: claimBy is -2^63 (overflow)",
                        unordered,
                        T0 + 100,
                        T0 + 200,
                        Long.MIN_VALUE),
                times("tFund is 2^63-1", unordered, T0 + 100, Long.MAX_VALUE, T0 + 300),
                times("claimBy is 2^63-1", "60 days", T0 + 100, T0 + 200, Long.MAX_VALUE),
                times(
                        "a second more than sixty days",
                        "60 days",
                        T0 + 100,
                        T0 + 200,
                        T0 + 60L * 86_400 + 1),
                times(
                        "D9: a claim window a second too short",
                        "D9",
                        T0 + 100,
                        T0 + 200,
                        T0 + 200 + WINDOW - 1),
                order(
                        "D16: keep the work for ever",
                        "D16",
                        "deadlines.retentionSeconds",
                        Long.MAX_VALUE),
                order(
                        "D16: keep the work for less than nothing",
                        "D16",
                        "deadlines.retentionSeconds",
                        -1L));
    }

    private static PartyId party(long n) {
        return new PartyId(new Bytes32(n, n, n, n));
    }

    private final World world = new World();

    private static Offer offer(World world) {
        world.customer(new Input.Begin(world.now));
        world.deliverOnce();
        world.deliverOnce();
        return World.message(world.fromCustomer, Offer.class);
    }

    @TestFactory
    @DisplayName("T1, one fault each: the offer is refused with the reason")
    Stream<DynamicTest> refusesEachFault() {
        return faults().map(fault ->
                DynamicTest.dynamicTest(
                        fault.title,
                        () -> {
                            World w = new World();
                            Offer offer = fault.change.apply(offer(w));
                            w.providerHears(w.customer.party(), offer);
                            String reason =
                                    assertInstanceOf(ProviderState.Aborted.class, w.p).why().line();
                            assertTrue(reason.contains(fault.says), reason);
                            String told =
                                    World.message(w.fromProvider, Message.Refuse.class).reason();
                            assertTrue(reason.startsWith(told), told);
                            assertTrue(w.fromProvider.isEmpty());
                        }));
    }

    @Test
    @DisplayName("T1: an order without a wage is refused even if our price is nothing")
    void noWage() {
        World w = new World();
        Offer offer = Change.with(offer(w), "order.wage", Wei.ZERO);
        var machine =
                new ProviderMachine(
                        w.providerCrypto,
                        w.providerCrypto,
                        Change.with(w.rules(), "price", Wei.ZERO));
        var next = machine.step(w.p, new Input.Received(w.customer.party(), offer, w.now)).state();
        assertEquals(new ProviderState.Aborted(Rule.WAGE.because("no wage is offered")), next);
    }

    @Test
    @DisplayName("D9: the shortest window and the longest horizon are taken")
    void limitsAreTaken() {
        for (long claimBy : new long[] {T0 + 200 + WINDOW, T0 + 60L * 86_400}) {
            World w = new World();
            w.providerHears(
                    w.customer.party(), Change.with(offer(w), "order.deadlines.claimBy", claimBy));
            assertInstanceOf(ProviderState.Accepted.class, w.p);
        }
    }

    @Test
    @DisplayName("D25: the first address that the chain does not keep for itself may pay")
    void firstFreeAddressPays() {
        world.providerHears(
                world.customer.party(),
                Change.with(offer(world), "order.payer", new Address(0, 0, 0x1_0000)));
        assertInstanceOf(ProviderState.Accepted.class, world.p);
    }

    @Test
    @DisplayName("T1: an offer in somebody else's name is ignored, and the provider stays free")
    void offerFromStranger() {
        Offer offer = offer(world);
        world.providerHears(world.stranger, offer);
        assertInstanceOf(ProviderState.Idle.class, world.p);
    }

    @Test
    @DisplayName("T2: the same offer gets the same acceptance, byte for byte; another is ignored")
    void offeredTwice() {
        Offer offer = offer(world);
        world.providerHears(world.customer.party(), offer);
        Message.Accept first = World.message(world.fromProvider, Message.Accept.class);
        world.providerHears(world.customer.party(), offer);
        assertEquals(first, World.message(world.fromProvider, Message.Accept.class));
        world.providerHears(world.customer.party(), Change.with(offer, "inputSalt", Bytes32.ZERO));
        assertEquals("another offer for the same exchange", world.lastIgnored());
        world.providerHears(world.stranger, offer);
        assertEquals("another offer for the same exchange", world.lastIgnored());
    }

    private Message.Start start() {
        world.customer(new Input.Begin(world.now));
        while (!(world.c instanceof CustomerState.AwaitingWork)) {
            world.deliverOnce();
        }
        return World.message(world.fromCustomer, Message.Start.class);
    }

    private void notStarted(PartyId from, Message.Start start, String why) {
        world.providerHears(from, start);
        assertInstanceOf(ProviderState.Accepted.class, world.p);
        assertTrue(world.lastIgnored().contains(why), world.lastIgnored());
    }

    @Test
    @DisplayName("T4: a start from a stranger or for another exchange is ignored")
    void startOfAnother() {
        Message.Start start = start();
        notStarted(world.stranger, start, "another exchange");
        notStarted(
                world.customer.party(),
                Change.with(start, "xid", new Xid(Bytes32.ZERO)),
                "another exchange");
    }

    @Test
    @DisplayName("D22: no work without the customer's signature on the Terms")
    void startUnsigned() {
        Message.Start start = start();
        notStarted(world.customer.party(), Change.with(start, "customer", start.ready()), "D22");
    }

    @Test
    @DisplayName("16a: no work without the stamper's Ready")
    void startWithoutReady() {
        Message.Start start = start();
        var own = world.customerCrypto.sign(new Statements.Provisioned(start.xid()));
        notStarted(world.customer.party(), Change.with(start, "ready", own), "16a");
    }

    @Test
    @DisplayName("D19: no work with another psk than the Terms name")
    void startWithOtherPsk() {
        Message.Start start = start();
        notStarted(world.customer.party(), Change.with(start, "psk", world.workKey), "D19");
    }

    @Test
    @DisplayName("T4: a start at tWork comes too late")
    void startLate() {
        Message.Start start = start();
        world.at(T0 + 100);
        world.providerHears(world.customer.party(), start);
        assertInstanceOf(ProviderState.Aborted.class, world.p);
        World.message(world.fromProvider, Message.Refuse.class);
    }

    @Test
    @DisplayName("T1: an offer holds a place for an hour, however late its tWork, unless started")
    void neverStarted() {
        long tWork = T0 + 40L * 86_400;
        Offer offer =
                Change.with(
                        Change.with(
                                Change.with(offer(world), "order.deadlines.tWork", tWork),
                                "order.deadlines.tFund",
                                tWork + 100),
                        "order.deadlines.claimBy",
                        tWork + 100 + WINDOW);
        world.providerHears(world.customer.party(), offer);
        assertTrue(
                World.take(world.fromProvider, Effect.WakeAt.class)
                        .contains(new Effect.WakeAt(Timer.WORK, T0 + 3600)));
        world.at(T0 + 5000);
        world.provider(new Input.Restarted(world.now));
        assertTrue(
                World.take(world.fromProvider, Effect.WakeAt.class)
                        .contains(new Effect.WakeAt(Timer.WORK, T0 + 8600)),
                "12: after a restore it waits for the start anew");
        world.at(T0 + 8600);
        world.provider(new Input.Woke(Timer.WORK, world.now));
        assertEquals(
                new ProviderState.Aborted(Rule.NOT_STARTED.because("not started in time")),
                world.p);
    }

    @Test
    @DisplayName("T4: from its start on an exchange has time until tWork")
    void startedInTime() {
        Message.Start start = start();
        World.take(world.fromProvider, Effect.WakeAt.class);
        world.providerHears(world.customer.party(), start);
        assertEquals(
                List.of(new Effect.WakeAt(Timer.WORK, T0 + 100)),
                World.take(world.fromProvider, Effect.WakeAt.class));
    }

    @Test
    @DisplayName("T4: a second start changes nothing")
    void startTwice() {
        Message.Start start = start();
        world.providerHears(world.customer.party(), start);
        ProviderState before = world.p;
        world.providerHears(world.customer.party(), start);
        assertEquals(before, world.p);
        assertEquals("Start in AwaitingInput", world.lastIgnored());
    }

    @Test
    @DisplayName("a provider begins with an offer only")
    void noBegin() {
        world.provider(new Input.Begin(world.now));
        assertInstanceOf(ProviderState.Idle.class, world.p);
    }
}
