package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What went wrong in protocols that were published before this one, tried on these machines. Where
/// each failure can be read is said in docs/concepts/published-failures.md.
class PublishedFailuresTest {
    @Test
    @DisplayName(
            "FairSwap, OptiSwap, FDE: the buyer must know the file's hash in advance; here both sign"
                    + " before there is any work, and any work that passes is paid under these Terms")
    void workIsNotKnownInAdvance() {
        World one = new World().sealing();
        World other = new World().agreed();
        Bytes32 xid = agreement(other).xid().value();
        other.provider(new Input.Done(new JobResult.InputHeld(), other.now));
        Bytes32 unusual = Bytes32.parse("ab".repeat(32));
        other.provider(new Input.Done(new JobResult.Worked(1, unusual), other.now));
        other.deliver();
        Job.Judge judge = other.judge();
        assertEquals(unusual, judge.work());
        other.stamper(
                new Input.Done(
                        new JobResult.Judged(judge.work(), Optional.of(other.header(judge))),
                        other.now));
        other.deliver();
        assertInstanceOf(ProviderState.Sealing.class, other.p);
        assertInstanceOf(ProviderState.Sealing.class, one.p);
        assertEquals(xid, agreement(other).xid().value());
        // Two worlds draw the same randomness: the same Terms, and two different works.
        assertEquals(agreement(one).xid(), agreement(other).xid());
        assertNotEquals(
                ((ProviderState.Sealing) one.p).work(), ((ProviderState.Sealing) other.p).work());
    }

    private static ProviderState.Agreement agreement(World world) {
        return switch (world.p) {
            case ProviderState.AwaitingInput s -> s.engaged().agreement();
            case ProviderState.Sealing s -> s.engaged().agreement();
            case ProviderState.Idle _,
                    ProviderState.BeforeDeposit _,
                    ProviderState.AfterDeposit _,
                    ProviderState.Final _ ->
                    throw new AssertionError(world.p);
        };
    }

    @ParameterizedTest(
            name =
                    "Airtnt: an attested result says neither what was run nor on what; here a stamp for"
                            + " another {0} is not accepted")
    @ValueSource(strings = {"xid", "policyHash", "inputHash", "attempt"})
    void theStampNamesProgramAndInput(String field) {
        World world = new World().delivering();
        Message.Deliver deliver = World.message(world.fromProvider, Message.Deliver.class);
        Stamp stamp = deliver.stamped().stamp();
        Object other =
                switch (field) {
                    case "xid" -> new io.evenhand.kit.value.Xid(world.bytes32());
                    case "attempt" -> 2;
                    default -> world.bytes32();
                };
        Stamp genuine = Change.with(stamp, field, other);
        Message.Stamped stamped =
                new Message.Stamped(genuine, world.stamperCrypto.sign(world.stampKey, genuine));
        Statements.Delivered statement =
                new Statements.Delivered(
                        deliver.xid(),
                        deliver.header().sealId(),
                        world.providerCrypto.hash(genuine));
        world.customerHears(
                world.provider.party(),
                new Message.Deliver(
                        deliver.xid(),
                        deliver.header(),
                        stamped,
                        world.providerCrypto.sign(statement)));
        assertInstanceOf(CustomerState.AwaitingWork.class, world.c);
        assertTrue(world.lastIgnored().startsWith("16d"), world.lastIgnored());
        assertEquals(List.of(), World.published(world.fromCustomer));
    }

    @Test
    @DisplayName(
            "Perun, x402: the buyer pays and hopes for a delivery; here it pays when it holds every"
                    + " byte, and not before")
    void nothingIsPaidBeforeTheDelivery() {
        World world = new World().fetching();
        world.customerSees(world.view(DealStatus.ABSENT, DealStatus.ABSENT));
        assertEquals(List.of(), World.published(world.fromCustomer));
        world.customer(new Input.Done(new JobResult.Fetched(world.header.sealId()), world.now));
        world.customerSees(world.view(DealStatus.ABSENT, DealStatus.ABSENT));
        assertEquals(
                List.of("Open"),
                World.published(world.fromCustomer).stream()
                        .map(transaction -> transaction.getClass().getSimpleName())
                        .toList());
    }

    @Test
    @DisplayName(
            "x402: junk and empty answers are paid for; here work that fails the policy gets no stamp,"
                    + " no delivery and no deposit")
    void junkIsNotPaid() {
        World world = new World().judging();
        for (int attempt = 1; attempt <= 2; attempt++) {
            Job.Judge judge = world.judge();
            world.stamper(
                    new Input.Done(
                            new JobResult.Judged(judge.work(), Optional.empty()), world.now));
            world.deliver();
            if (world.p instanceof ProviderState.Working) {
                world.work(attempt + 1);
            }
        }
        assertInstanceOf(ProviderState.Aborted.class, world.p);
        assertTrue(world.messages().stream().noneMatch(Message.Deliver.class::isInstance));
        assertInstanceOf(CustomerState.Aborted.class, world.c);
        assertEquals(List.of(), World.published(world.fromCustomer));
    }

    @Test
    @DisplayName(
            "ERC-8183: an evaluator decides who is paid, and may take either side; here a stamper that"
                    + " says yes without the seal that was delivered moves nothing")
    void noEvaluatorDecides() {
        World world = new World().sealing();
        // The provider seals for itself: what the stamper named is not what it holds.
        world.provider(
                new Input.Done(
                        new JobResult.Sealed(Change.with(world.header, "root", world.bytes32())),
                        world.now));
        world.deliver();
        assertInstanceOf(ProviderState.Deceived.class, world.p);
        assertEquals(List.of(), World.published(world.fromCustomer));
        assertEquals(List.of(), World.published(world.fromProvider));
    }
}
