package io.evenhand.delegation;

import io.evenhand.delegation.evidence.Evidence;
import io.evenhand.delegation.evidence.Gather;
import io.evenhand.delegation.evidence.Observation;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Bytes32;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Bundles of evidence as a customer keeps them.
final class Bundles {
    private Bundles() {}

    /// The customer's bundle of an honest exchange, with the claim as it saw it.
    static Evidence bundle(World world) {
        world.revealing();
        Evidence evidence =
                Gather.from(world.customer.party(), world.messages(), List.of()).orElseThrow();
        return observed(
                world,
                evidence,
                observation(world, evidence, Observation.Kind.OPENED, Optional.empty()),
                observation(
                        world, evidence, Observation.Kind.CLAIMED, Optional.of(world.revealed())));
    }

    static Observation observation(
            World world, Evidence e, Observation.Kind kind, Optional<RevealedKey> key) {
        Deal deal = e.deposit().orElseThrow().deal();
        return new Observation(
                world.customerCrypto.xid(e.terms()),
                world.customerCrypto.dealId(World.RAIL, deal),
                kind,
                new Bytes32(1, 1, 1, 1),
                new Bytes32(2, 2, 2, 2),
                17,
                World.T0,
                key);
    }

    static Evidence observed(World world, Evidence e, Observation... seen) {
        return Change.with(
                e,
                "observations",
                Arrays.stream(seen)
                        .map(o -> new Evidence.Observed(o, world.customerCrypto.sign(o)))
                        .toList());
    }
}
