package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Deliver;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Statements;
import java.math.BigInteger;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// AwaitingWork and Fetching: nothing is fetched or paid unless the delivery is as agreed (16d).
class CustomerDeliveryTest {
    private record Fault(String title, String says, BiFunction<World, Deliver, Deliver> change) {}

    private static final Address ELSEWHERE = Address.parse("0x" + "77".repeat(20));

    /// A provider and a stamper that both sign whatever header the provider likes.
    private static Deliver dishonest(World world, Deliver deliver, SealHeader header) {
        Stamp stamp = Change.with(deliver.stamped().stamp(), "sealId", header.sealId());
        return signed(
                world,
                new Deliver(deliver.xid(), header, stamped(world, stamp), deliver.signature()));
    }

    private static Stamped stamped(World world, Stamp stamp) {
        return new Stamped(stamp, world.stamperCrypto.sign(world.stampKey, stamp));
    }

    private static Deliver signed(World world, Deliver d) {
        Statements.Delivered statement =
                new Statements.Delivered(
                        d.xid(),
                        d.header().sealId(),
                        world.providerCrypto.hash(d.stamped().stamp()));
        return Change.with(d, "signature", world.providerCrypto.sign(statement));
    }

    /// Both sign a stamp with one other field.
    private static Fault field(String name, Object value) {
        return new Fault(
                "16c: a stamp with another " + name + ", well signed",
                "does not name this seal",
                (world, d) ->
                        signed(
                                world,
                                Change.with(
                                        d,
                                        "stamped",
                                        stamped(
                                                world,
                                                Change.with(d.stamped().stamp(), name, value)))));
    }

    private static Fault label(String name, Object value) {
        return new Fault(
                "S4: a label with another " + name + ", well stamped",
                "label is not the one",
                (world, d) -> dishonest(world, d, Change.with(d.header(), "label." + name, value)));
    }

    private static Fault size(String title, String says, long padded, int chunks, int chunkSize) {
        return new Fault(
                "16d: " + title,
                says,
                (world, d) ->
                        dishonest(
                                world,
                                d,
                                Change.with(
                                        Change.with(
                                                Change.with(d.header(), "paddedLength", padded),
                                                "chunks",
                                                chunks),
                                        "chunkSize",
                                        chunkSize)));
    }

    private static Fault attempt(int number) {
        return new Fault(
                "D6: a stamp for attempt " + number + " of 2",
                "attempt " + number,
                (world, d) -> {
                    SealHeader header = Change.with(d.header(), "label.slot", number);
                    Stamp stamp = Change.with(d.stamped().stamp(), "attempt", number);
                    return dishonest(
                            world,
                            Change.with(
                                    d,
                                    "stamped",
                                    stamped(world, Change.with(stamp, "slot", number))),
                            header);
                });
    }

    private static Stream<Fault> faults() {
        Bytes32 other = new Bytes32(1, 2, 3, 4);
        return Stream.of(
                new Fault(
                        "T7: a delivery for another exchange",
                        "another exchange",
                        (_, d) -> Change.with(d, "xid", new Xid(other))),
                label("xid", new Xid(other)),
                label("slot", 2),
                label("opener", other),
                label("pskId", other),
                attempt(0),
                attempt(-1),
                attempt(3),
                attempt(Integer.MAX_VALUE),
                field("xid", new Xid(other)),
                field("slot", 2),
                field("sealId", new SealId(other)),
                field("lock", new LockAddresses(ELSEWHERE, ELSEWHERE)),
                field("pskId", other),
                field("policyHash", other),
                field("inputHash", other),
                field("hiddenCommit", other),
                field("stamper", new PartyId(other)),
                field("profile", "tee"),
                field("notAfter", 0L),
                new Fault(
                        "T7: a real stamp beside junk ciphertext",
                        "does not name this seal",
                        (world, d) -> signed(world, Change.with(d, "header.root", other))),
                new Fault(
                        "D7: a stamp that the stamp key of the Terms did not sign",
                        "not signed with the stamp key",
                        (world, d) ->
                                Change.with(
                                        d,
                                        "stamped.signature",
                                        world.providerCrypto.sign(
                                                world.workKey, d.stamped().stamp()))),
                new Fault(
                        "16d: a stamp signature with a high s",
                        "not signed with the stamp key",
                        (_, d) ->
                                Change.with(d, "stamped.signature", high(d.stamped().signature()))),
                new Fault(
                        "16c: a delivery that the provider did not sign",
                        "not signed by the provider",
                        (world, d) ->
                                Change.with(
                                        d,
                                        "signature",
                                        world.customerCrypto.sign(
                                                new Statements.Delivered(
                                                        d.xid(),
                                                        d.header().sealId(),
                                                        world.customerCrypto.hash(
                                                                d.stamped().stamp()))))),
                size("work above maxWorkBytes", "larger than", 2 << 20, 2, 1 << 20),
                size("a header of 2^63-1 bytes", "do not make", Long.MAX_VALUE, 1, 1 << 20),
                size("a header of -2^63 bytes", "do not make", Long.MIN_VALUE, 1, 1 << 20),
                size("a header of no bytes", "do not make", 0, 0, 1 << 20),
                size("a count that does not fit the length", "do not make", 1024, 2, 1 << 20),
                size("another chunk size", "do not make", 1024, 1, 1024));
    }

    private static Signature high(Signature low) {
        BigInteger s = new BigInteger(1, low.s().toByteArray());
        byte[] negated = Secp256k1.ORDER.subtract(s).toByteArray();
        byte[] word = new byte[32];
        int length = Math.min(32, negated.length);
        System.arraycopy(negated, negated.length - length, word, 32 - length, length);
        return new Signature(low.r(), Bytes32.of(word));
    }

    @TestFactory
    @DisplayName("16d, one fault each: the delivery is ignored and nothing is fetched")
    Stream<DynamicTest> refusesEachFault() {
        return faults().map(fault ->
                DynamicTest.dynamicTest(
                        fault.title,
                        () -> {
                            World world = new World().delivering();
                            Deliver deliver = World.message(world.fromProvider, Deliver.class);
                            CustomerState before = world.c;
                            world.fromCustomer.clear();
                            world.customerHears(
                                    world.provider.party(), fault.change.apply(world, deliver));
                            assertEquals(before, world.c);
                            assertTrue(
                                    world.lastIgnored().contains(fault.says), world.lastIgnored());
                            assertEquals(List.of(), world.fromCustomer);
                            world.customerHears(world.provider.party(), deliver);
                            assertInstanceOf(CustomerState.Fetching.class, world.c);
                        }));
    }

    @Test
    @DisplayName("T7: a delivery at tWork is in time, a second later it is not")
    void late() {
        World world = new World().delivering();
        Deliver deliver = World.message(world.fromProvider, Deliver.class);
        world.at(World.T0 + 101);
        world.customerHears(world.provider.party(), deliver);
        assertInstanceOf(CustomerState.AwaitingWork.class, world.c);
        assertTrue(world.lastIgnored().contains("(tWork)"));
        world.at(World.T0 + 100);
        world.customerHears(world.provider.party(), deliver);
        assertInstanceOf(CustomerState.Fetching.class, world.c);
    }

    @Test
    @DisplayName("T7: a delivery from a stranger is ignored")
    void fromStranger() {
        World world = new World().delivering();
        Deliver deliver = World.message(world.fromProvider, Deliver.class);
        world.customerHears(world.stranger, deliver);
        assertInstanceOf(CustomerState.AwaitingWork.class, world.c);
    }

    @Test
    @DisplayName("D16: no ack and no deposit before every chunk is here")
    void chunksFirst() {
        World world = new World().fetching();
        world.customerSees(world.view(DealStatus.ABSENT, DealStatus.ABSENT));
        world.customer(
                new Input.Done(new JobResult.Fetched(new SealId(world.bytes32())), world.now));
        assertInstanceOf(CustomerState.Fetching.class, world.c);
        assertEquals(List.of(), World.published(world.fromCustomer));
        assertTrue(
                world.fromCustomer.stream()
                        .noneMatch(e -> e instanceof Effect.Send(var _, Message.Ack _)));
        world.customer(new Input.Done(new JobResult.Fetched(world.header.sealId()), world.now));
        assertInstanceOf(CustomerState.Checking.class, world.c);
        assertEquals(
                world.header.sealId(),
                World.message(world.fromCustomer, Message.Ack.class).sealId());
        assertEquals(List.of(), World.published(world.fromCustomer));
    }

    @Test
    @DisplayName("D16: a fetch that fails is tried again after a restart")
    void fetchFails() {
        World world = new World().fetching();
        World.take(world.fromCustomer, Effect.Run.class);
        world.customer(new Input.Done(new JobResult.Failed("FetchWork", "gone"), world.now));
        assertInstanceOf(CustomerState.Fetching.class, world.c);
        world.customer(new Input.Restarted(world.now));
        assertEquals(1, World.take(world.fromCustomer, Effect.Run.class).size());
    }

    @Test
    @DisplayName("12: a deposit that shows while fetching is not left behind (restored backup)")
    void restoredWhileFetching() {
        World world = new World().fetching();
        world.customerSees(world.view(DealStatus.OPEN, DealStatus.ABSENT));
        assertInstanceOf(CustomerState.Funding.class, world.c);
        assertEquals(List.of(), World.published(world.fromCustomer));
    }

    @Test
    @DisplayName("D-I8: fetching ends when no deposit can show any more")
    void fetchingEnds() {
        World world = new World().fetching();
        long end = World.T0 + 200 + Timing.LOCAL.revealMargin();
        world.at(end - 1);
        world.customerSees(world.view(DealStatus.ABSENT, DealStatus.ABSENT));
        assertInstanceOf(CustomerState.Fetching.class, world.c);
        world.at(end);
        world.customerSees(world.view(DealStatus.ABSENT, DealStatus.ABSENT));
        assertInstanceOf(CustomerState.Aborted.class, world.c);
    }

    @Test
    @DisplayName("a repeated delivery is acknowledged again, a stranger's is not")
    void deliveredTwice() {
        World world = new World().delivering();
        Deliver deliver = World.message(world.fromProvider, Deliver.class);
        world.customerHears(world.provider.party(), deliver);
        world.customer(new Input.Done(new JobResult.Fetched(world.header.sealId()), world.now));
        Message.Ack first = World.message(world.fromCustomer, Message.Ack.class);
        world.customerHears(world.stranger, deliver);
        assertEquals("Deliver in Checking", world.lastIgnored());
        world.customerHears(world.provider.party(), deliver);
        assertEquals(first, World.message(world.fromCustomer, Message.Ack.class));
    }
}
