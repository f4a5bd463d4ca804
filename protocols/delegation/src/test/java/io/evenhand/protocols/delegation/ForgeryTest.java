package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Observation;
import io.evenhand.protocols.delegation.evidence.Outcome;
import io.evenhand.protocols.delegation.evidence.Verdict;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Forged bundles: none proves anything (D-I9).
class ForgeryTest {
    private static final Observation.Kind CLAIMED = Observation.Kind.CLAIMED;
    private static final Observation.Kind REFUNDED = Observation.Kind.REFUNDED;

    private record Forgery(
            String title, String entry, BiFunction<World, Evidence, Evidence> change) {}

    private static Forgery field(String title, String entry, String path, Object value) {
        return new Forgery(title, entry, (_, e) -> Change.with(e, path, value));
    }

    /// With another component in the first element of a list.
    private static Evidence first(Evidence e, String list, String path, Object value) {
        Record first = (Record) ((List<?>) Change.get(e, list)).getFirst();
        return Change.with(e, list, List.of(Change.with(first, path, value)));
    }

    /// Signed by the keeper, but false.
    private static Forgery seen(String title, String entry, String path, Object value) {
        return new Forgery(
                title,
                entry,
                (world, e) ->
                        Bundles.observed(
                                world,
                                e,
                                Change.with(
                                        Bundles.observation(
                                                world, e, CLAIMED, Optional.of(world.revealed())),
                                        path,
                                        value)));
    }

    private static Stream<Forgery> signatures() {
        Optional<Signature> junk =
                Optional.of(new Signature(new Bytes32(1, 2, 3, 4), new Bytes32(0, 0, 0, 5)));
        return Stream.of(
                field(
                        "D22: forged signature of the customer",
                        "terms: the customer's",
                        "customer",
                        junk),
                field(
                        "D22: forged signature of the provider",
                        "terms: the provider's",
                        "provider",
                        junk),
                field("D13: forged possession", "possession", "possession", junk),
                field("16a: forged Ready", "ready", "ready", junk),
                new Forgery(
                        "16c: forged delivery",
                        "delivery: the provider's",
                        (_, e) -> first(e, "deliveries", "signature", junk.orElseThrow())),
                new Forgery(
                        "T8: forged ack",
                        "ack: the customer's",
                        (_, e) -> first(e, "acknowledgements", "signature", junk.orElseThrow())),
                new Forgery(
                        "T9: forged notice",
                        "deposit: the customer's",
                        (_, e) -> first(e, "deposits", "signature", junk.orElseThrow())),
                new Forgery(
                        "D7: forged stamp",
                        "stamp: the signature",
                        (_, e) ->
                                Change.with(
                                        e,
                                        "stamps",
                                        List.of(
                                                new Stamped(
                                                        e.stamps().getFirst().stamp(),
                                                        junk.orElseThrow())))),
                new Forgery(
                        "D24: forged observation",
                        "observation: its signature",
                        (_, e) ->
                                Change.with(
                                        e,
                                        "observations",
                                        List.of(
                                                Change.with(
                                                        e.observations().getFirst(),
                                                        "signature",
                                                        junk.orElseThrow())))),
                new Forgery(
                        "D24: an observation by a stranger",
                        "observation: its signature",
                        (world, e) -> {
                            Observation o = e.observations().getFirst().observation();
                            return Change.with(
                                    e,
                                    "observations",
                                    List.of(
                                            new Evidence.Observed(
                                                    o,
                                                    world.customer.party(),
                                                    world.stamperCrypto.sign(o))));
                        }));
    }

    private static final Bytes32 OTHER = new Bytes32(9, 9, 9, 9);

    private static Stream<Forgery> endings() {
        Signature junk = new Signature(new Bytes32(1, 2, 3, 4), new Bytes32(0, 0, 0, 5));
        return Stream.of(
                new Forgery(
                        "a bundle kept by a stranger",
                        "keeper",
                        (world, e) -> Change.with(e, "keeper", world.stranger)),
                new Forgery(
                        "forged word about the end",
                        "ending: its signature",
                        (_, e) -> first(e, "endings", "signature", junk)),
                new Forgery(
                        "another word about the end",
                        "ending: its signature",
                        (_, e) -> first(e, "endings", "ending.outcome", Outcome.ABORTED)),
                new Forgery(
                        "an end of another exchange",
                        "ending: of another exchange",
                        (_, e) -> first(e, "endings", "ending.xid", Optional.of(new Xid(OTHER)))),
                new Forgery(
                        "an ending put into another mouth",
                        "ending: its signature",
                        (world, e) -> first(e, "endings", "by", world.provider.party())));
    }

    private static Stream<Forgery> contents() {
        return Stream.of(termsAndStamps(), dealsAndObservations(), claims(), endings())
                .flatMap(s -> s);
    }

    private static Stream<Forgery> termsAndStamps() {
        return Stream.of(
                new Forgery(
                        "D22: swapped Terms",
                        "terms: the customer's",
                        (_, e) -> Change.with(e, "terms.order.wage", Wei.parse("1 eth"))),
                field(
                        "D12: Terms whose work key has no lock",
                        "terms: no lock",
                        "terms.workKey",
                        Keys.WITHOUT_LOCK),
                field(
                        "D12: Terms whose work key is off the curve",
                        "terms: no lock",
                        "terms.workKey",
                        Keys.OFF_CURVE),
                field(
                        "Terms of a negative chain",
                        "terms: a negative chain id",
                        "terms.order.rail.chainId",
                        -1L),
                new Forgery(
                        "D7: a stamp of another exchange",
                        "stamp: of another exchange",
                        (world, e) -> stamp(world, e, "xid", new Xid(OTHER))),
                new Forgery(
                        "S4: a delivery of another label",
                        "delivery: the provider's",
                        (_, e) -> first(e, "deliveries", "header.label.opener", OTHER)),
                new Forgery(
                        "16d: header and stamp of different seals",
                        "delivery: the provider's",
                        (_, e) -> first(e, "deliveries", "header.root", OTHER)),
                new Forgery(
                        "T7: a delivery under another stamp",
                        "delivery: the provider's",
                        (_, e) -> first(e, "deliveries", "stampHash", OTHER)),
                new Forgery(
                        "another policy",
                        "policy: not the one",
                        (_, e) -> Change.with(e, "policy.text", "size/1 atLeast=1 atMost=2")));
    }

    private static Stream<Forgery> dealsAndObservations() {
        return Stream.of(
                new Forgery(
                        "D9: a deal whose claimBy is no uint64",
                        "deposit: D9",
                        (_, e) -> first(e, "deposits", "deal.claimBy", -1L)),
                new Forgery(
                        "D17: another deal",
                        "deposit: the customer's",
                        (_, e) -> first(e, "deposits", "deal.amount", Wei.of(1))),
                seen(
                        "T12: a wrong scalar in a claim",
                        "observation: the key does not open",
                        "key",
                        Optional.of(new RevealedKey(OTHER))),
                seen(
                        "T12: a scalar of zero in a claim",
                        "observation: the key does not open",
                        "key",
                        Optional.of(new RevealedKey(Bytes32.ZERO))),
                seen(
                        "T12: a claim without its key",
                        "observation: a claim without its key",
                        "key",
                        Optional.empty()),
                seen(
                        "an observation of another exchange",
                        "observation: of another exchange",
                        "xid",
                        new Xid(OTHER)),
                seen(
                        "an observation of another deal",
                        "observation: of another deal",
                        "dealId",
                        new DealId(OTHER)),
                field(
                        "an observation without a deposit",
                        "observation: without a deposit",
                        "deposits",
                        List.of()));
    }

    private static Stream<Forgery> claims() {
        return Stream.of(
                new Forgery(
                        "D-I9: claimed and refunded",
                        "observation: claimed and refunded",
                        (world, e) ->
                                Bundles.observed(
                                        world,
                                        e,
                                        Bundles.observation(
                                                world, e, CLAIMED, Optional.of(world.revealed())),
                                        Bundles.observation(world, e, REFUNDED, Optional.empty()))),
                new Forgery(
                        "D-I9: claimed twice",
                        "observation: a second CLAIMED",
                        (world, e) ->
                                Bundles.observed(
                                        world,
                                        e,
                                        Bundles.observation(
                                                world, e, CLAIMED, Optional.of(world.revealed())),
                                        Bundles.observation(
                                                world,
                                                e,
                                                CLAIMED,
                                                Optional.of(world.revealed())))));
    }

    /// The stamp with another field, signed with the real stamp key.
    private static Evidence stamp(World world, Evidence e, String name, Object value) {
        Stamp stamp = Change.with(e.stamps().getFirst().stamp(), name, value);
        return Change.with(
                e,
                "stamps",
                List.of(new Stamped(stamp, world.stamperCrypto.sign(world.stampKey, stamp))));
    }

    @TestFactory
    @DisplayName("D-I9: each forgery refuses the bundle with one line that names the entry")
    Stream<DynamicTest> forgeries() {
        return Stream.concat(signatures(), contents())
                .map(forgery ->
                        DynamicTest.dynamicTest(
                                forgery.title,
                                () -> {
                                    World w = new World();
                                    Evidence forged = forgery.change.apply(w, Bundles.whole(w));
                                    MalformedException refused =
                                            assertThrows(
                                                    MalformedException.class,
                                                    () -> Verdict.of(w.customerCrypto, forged));
                                    String line = String.valueOf(refused.getMessage());
                                    assertTrue(
                                            line.startsWith(
                                                    "the bundle is refused: " + forgery.entry),
                                            line);
                                    assertFalse(line.contains("\n"));
                                }));
    }
}
