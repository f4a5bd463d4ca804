package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HappyPathTest {
    private final World world = new World();

    @Test
    @DisplayName("T1 to T14: three honest machines settle one exchange")
    void settles() {
        world.customer(new Input.Begin(world.now));
        world.deliver();
        assertInstanceOf(CustomerState.AwaitingWork.class, world.c);
        assertInstanceOf(ProviderState.AwaitingInput.class, world.p);
        assertInstanceOf(StamperState.Provisioned.class, world.v);

        world.provider(new Input.Done(new JobResult.InputHeld(), world.now));
        Bytes32 work = world.bytes32();
        world.provider(new Input.Done(new JobResult.Worked(1, work), world.now));
        world.deliver();
        Job.Judge judge =
                (Job.Judge) World.take(world.fromStamper, Effect.Run.class).getFirst().job();
        SealHeader header = header(judge);
        world.stamper(new Input.Done(new JobResult.Judged(work, Optional.of(header)), world.now));
        world.deliver();
        assertInstanceOf(ProviderState.Sealing.class, world.p, world.ignored.toString());
        world.provider(new Input.Done(new JobResult.Sealed(header), world.now));
        world.deliver();
        CustomerState.Fetching fetching = assertInstanceOf(CustomerState.Fetching.class, world.c);
        world.customer(
                new Input.Done(new JobResult.Fetched(fetching.delivery().sealId()), world.now));
        world.deliver();
        world.customer(
                new Input.Observed(world.view(DealStatus.ABSENT, DealStatus.ABSENT), world.now));
        assertEquals(1, World.take(world.fromCustomer, Effect.Publish.class).size());
        world.deliver();
        assertInstanceOf(ProviderState.Confirming.class, world.p, world.ignored.toString());

        world.provider(
                new Input.Observed(world.view(DealStatus.OPEN, DealStatus.ABSENT), world.now));
        assertTrue(
                World.take(world.fromProvider, Effect.Publish.class).isEmpty(),
                "R1: not before it is final");
        world.provider(new Input.Observed(world.view(DealStatus.OPEN, DealStatus.OPEN), world.now));
        assertInstanceOf(ProviderState.Revealing.class, world.p);
        List<Effect.Publish> claims = World.take(world.fromProvider, Effect.Publish.class);
        assertInstanceOf(Effect.Transaction.Claim.class, claims.getFirst().transaction());

        var key = Optional.of(world.scalar(world.workKey));
        world.customer(
                new Input.Observed(world.view(DealStatus.OPEN, DealStatus.OPEN, key), world.now));
        assertInstanceOf(CustomerState.Opening.class, world.c);
        world.customer(new Input.Done(new JobResult.Opened(true, true), world.now));
        world.customer(
                new Input.Observed(
                        world.view(DealStatus.CLAIMED, DealStatus.CLAIMED, key), world.now));
        world.provider(
                new Input.Observed(
                        world.view(DealStatus.CLAIMED, DealStatus.CLAIMED, key), world.now));
        assertEquals(true, assertInstanceOf(CustomerState.Settled.class, world.c).passed());
        assertInstanceOf(ProviderState.Settled.class, world.p);
    }

    private SealHeader header(Job.Judge judge) {
        return new SealHeader(
                judge.label().withNonce(new Nonce16(1, 2)),
                judge.opener(),
                world.bytes32(),
                1 << 20,
                1,
                1024,
                world.bytes32());
    }
}
