package io.evenhand.protocols.delegation;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.evidence.Ending;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.EvidenceCollector;
import io.evenhand.protocols.delegation.evidence.Observation;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Bundles of evidence as parties keep them.
final class Bundles {
    private Bundles() {}

    /// The customer's bundle of an honest exchange, with the claim as it saw it.
    static Evidence bundle(World world) {
        world.revealing();
        Evidence evidence = plain(world, world.customer.party());
        return observed(
                world,
                evidence,
                observation(world, evidence, Observation.Kind.OPENED, Optional.empty()),
                observation(
                        world, evidence, Observation.Kind.CLAIMED, Optional.of(world.revealed())));
    }

    /// What the messages that were heard give, without chain and end.
    static Evidence plain(World world, PartyId keeper) {
        return gather(world, keeper, world.messages());
    }

    static Evidence gather(World world, PartyId keeper, List<Message> messages) {
        return EvidenceCollector.from(world.customerCrypto, keeper, messages, List.of(), List.of());
    }

    static Observation observation(
            World world, Evidence e, Observation.Kind kind, Optional<RevealedKey> key) {
        Deal deal = e.deposits().getFirst().deal();
        return new Observation(
                world.customerCrypto.xid(e.terms().orElseThrow()),
                world.customerCrypto.dealId(World.RAIL, deal),
                kind,
                new Bytes32(1, 1, 1, 1),
                new Bytes32(2, 2, 2, 2),
                17,
                World.T0,
                key);
    }

    static Evidence observed(World world, Evidence e, Observation... seen) {
        return observed(e, world.customer.party(), world.customerCrypto, seen);
    }

    static Evidence observed(Evidence e, PartyId by, RealCrypto crypto, Observation... seen) {
        return Change.with(
                e,
                "observations",
                Arrays.stream(seen)
                        .map(o -> new Evidence.Observed(o, by, crypto.sign(o)))
                        .toList());
    }

    /// With one more party's word about the end.
    static Evidence ended(Evidence e, Order order, PartyId by, RealCrypto crypto, Ending.Words w) {
        Ending ending =
                new Ending(order, e.terms().map(crypto::xid), w.outcome(), w.reason(), World.T0);
        List<Evidence.Ended> endings = new ArrayList<>(e.endings());
        endings.add(new Evidence.Ended(ending, by, crypto.sign(ending)));
        return Change.with(e, "endings", endings);
    }

    /// The customer's bundle of an honest exchange with all that it holds.
    static Evidence whole(World world) {
        Evidence e = bundle(world);
        return ended(
                e,
                e.terms().orElseThrow().order(),
                world.customer.party(),
                world.customerCrypto,
                Ending.of(
                        new io.evenhand.protocols.delegation.customer.CustomerState.Settled(
                                world.customerCrypto.xid(e.terms().orElseThrow()), true)));
    }
}
