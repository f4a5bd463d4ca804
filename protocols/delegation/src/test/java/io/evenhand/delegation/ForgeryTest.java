package io.evenhand.delegation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.delegation.evidence.Evidence;
import io.evenhand.delegation.evidence.Observation;
import io.evenhand.delegation.evidence.Verdict;
import io.evenhand.delegation.message.Message.Stamped;
import io.evenhand.delegation.message.Statements;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
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

    private static Forgery deal(String title, String entry, String path, Object value) {
        return new Forgery(
                title,
                entry,
                (world, e) -> {
                    Deal deal = Change.with(e.deposit().orElseThrow().deal(), path, value);
                    Statements.Deposited statement =
                            new Statements.Deposited(
                                    world.customerCrypto.xid(e.terms()),
                                    world.customerCrypto.dealId(World.RAIL, deal),
                                    deal);
                    return Change.with(
                            Change.with(e, "observations", List.of()),
                            "deposit",
                            Optional.of(
                                    new Evidence.Deposit(
                                            deal, world.customerCrypto.sign(statement))));
                });
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
                field(
                        "16c: forged delivery",
                        "delivery: the provider's",
                        "delivery.signature",
                        junk.orElseThrow()),
                field("T8: forged ack", "ack: the customer's", "acknowledged", junk),
                field(
                        "T9: forged notice",
                        "deposit: the customer's",
                        "deposit.signature",
                        junk.orElseThrow()),
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
                        "observation: the keeper's",
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
                        "observation: the keeper's",
                        (world, e) -> {
                            Observation o = e.observations().getFirst().observation();
                            return Change.with(
                                    e,
                                    "observations",
                                    List.of(new Evidence.Observed(o, world.stamperCrypto.sign(o))));
                        }),
                new Forgery(
                        "a bundle kept by a stranger",
                        "keeper",
                        (world, e) -> Change.with(e, "keeper", world.stranger)));
    }

    private static final Bytes32 OTHER = new Bytes32(9, 9, 9, 9);

    private static Stream<Forgery> contents() {
        return Stream.of(termsAndStamps(), dealsAndObservations(), claims()).flatMap(s -> s);
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
                        "stamp: does not fit",
                        (world, e) -> stamp(world, e, "xid", new Xid(OTHER))),
                new Forgery(
                        "D6: a stamp for an attempt beyond the agreed",
                        "stamp: no such attempt",
                        (world, e) -> {
                            Evidence slot = stamp(world, e, "attempt", 3);
                            return stamp(world, slot, "slot", 3);
                        }),
                field(
                        "16c: a delivery without its stamp",
                        "delivery: no stamp",
                        "stamps",
                        List.of()),
                new Forgery(
                        "S4: a delivery of another label",
                        "delivery: the seal's label",
                        (world, e) -> {
                            SealHeader header =
                                    Change.with(
                                            e.delivery().orElseThrow().header(),
                                            "label.opener",
                                            OTHER);
                            Evidence sealed = Change.with(e, "delivery.header", header);
                            return stamp(world, sealed, "sealId", header.sealId());
                        }),
                field(
                        "T8: an ack without a delivery",
                        "ack: without a delivery",
                        "delivery",
                        Optional.empty()),
                new Forgery(
                        "16d: header and stamp of different seals",
                        "delivery: no stamp",
                        (_, e) -> Change.with(e, "delivery.header.root", OTHER)));
    }

    private static Stream<Forgery> dealsAndObservations() {
        return Stream.of(
                deal(
                        "D12: the deal of another lock",
                        "deposit: D12",
                        "lock",
                        PointLock.of(new World().customerCrypto.publicKey(new World().psk))),
                deal(
                        "D8: the deal of another payee",
                        "deposit: the payee",
                        "payee",
                        Address.parse("0x" + "77".repeat(20))),
                deal("D17: a deal below the wage", "deposit: the deposit is", "amount", Wei.of(1)),
                deal(
                        "D17: a deal of another exchange",
                        "deposit: the deposit is for another",
                        "termsHash",
                        OTHER),
                field(
                        "D9: a deal whose claimBy is no uint64",
                        "deposit: D9",
                        "deposit.deal.claimBy",
                        -1L),
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
                        "deposit",
                        Optional.empty()));
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
                                    Evidence forged = forgery.change.apply(w, Bundles.bundle(w));
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
