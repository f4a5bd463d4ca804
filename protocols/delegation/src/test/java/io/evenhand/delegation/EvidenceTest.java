package io.evenhand.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.delegation.evidence.Claim;
import io.evenhand.delegation.evidence.Evidence;
import io.evenhand.delegation.evidence.Gather;
import io.evenhand.delegation.evidence.Observation;
import io.evenhand.delegation.evidence.Verdict;
import io.evenhand.delegation.message.Message;
import io.evenhand.delegation.message.Message.Stamped;
import io.evenhand.delegation.message.Statements;
import io.evenhand.delegation.message.Terms;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The offline verdict (D24, D-I9): what a bundle proves, and that no forged one proves anything.
class EvidenceTest {
    private static final Observation.Kind OPENED = Observation.Kind.OPENED;
    private static final Observation.Kind CLAIMED = Observation.Kind.CLAIMED;
    private static final Observation.Kind REFUNDED = Observation.Kind.REFUNDED;

    private final World world = new World();

    /// The customer's bundle of an honest exchange, with the claim as it saw it.
    private static Evidence bundle(World world) {
        world.revealing();
        Evidence evidence =
                Gather.from(world.customer.party(), world.messages(), List.of()).orElseThrow();
        return observed(
                world,
                evidence,
                observation(world, evidence, OPENED, Optional.empty()),
                observation(world, evidence, CLAIMED, Optional.of(world.revealed())));
    }

    private static Observation observation(
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

    private static Evidence observed(World world, Evidence e, Observation... seen) {
        return Change.with(
                e,
                "observations",
                Arrays.stream(seen)
                        .map(o -> new Evidence.Observed(o, world.customerCrypto.sign(o)))
                        .toList());
    }

    private Verdict verdict(Evidence evidence) {
        return Verdict.of(world.customerCrypto, evidence);
    }

    private static Set<Claim.Kind> kinds(Verdict verdict) {
        return verdict.claims().stream()
                .map(Claim::kind)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Claim.Kind.class)));
    }

    @Test
    @DisplayName("D-I9: the bundle of an honest exchange proves everything from AGREED to PAID")
    void happy() {
        Verdict verdict = verdict(bundle(world));
        Set<Claim.Kind> all = EnumSet.allOf(Claim.Kind.class);
        all.removeAll(EnumSet.of(Claim.Kind.REFUNDED, Claim.Kind.DOUBLE_STAMP));
        assertEquals(all, kinds(verdict));
        assertTrue(verdict.proves(Claim.Kind.PAID));
        Claim paid =
                verdict.claims().stream()
                        .filter(c -> c.kind() == Claim.Kind.PAID)
                        .findFirst()
                        .orElseThrow();
        assertEquals("block " + new Bytes32(2, 2, 2, 2) + " is on chain 31337", paid.provided());
    }

    @Test
    @DisplayName("D24: both parties' bundles give the same verdict, to a stranger too")
    void sameForAll() {
        Evidence customers = bundle(world);
        Evidence plain =
                Gather.from(world.customer.party(), world.messages(), List.of()).orElseThrow();
        Evidence providers =
                Gather.from(world.provider.party(), world.messages(), List.of()).orElseThrow();
        assertEquals(verdict(plain), verdict(providers));
        RealCrypto strangers =
                new RealCrypto(
                        new io.evenhand.kit.sign.Ed25519Identity(
                                Secret32.of(new Bytes32(5, 6, 7, 8).toByteArray())),
                        _ -> {
                            throw new AssertionError("a verdict needs no secret");
                        });
        assertEquals(verdict(customers), Verdict.of(strangers, customers));
    }

    @Test
    @DisplayName("the order of the messages does not matter, repeats neither")
    void anyOrder() {
        world.revealing();
        List<Message> twice =
                Stream.concat(world.messages().reversed().stream(), world.messages().stream())
                        .toList();
        assertEquals(
                Gather.from(world.customer.party(), world.messages(), List.of()),
                Gather.from(world.customer.party(), twice, List.of()));
    }

    @Test
    @DisplayName("without Terms there is no evidence")
    void noTerms() {
        world.customer(new Input.Begin(world.now));
        world.deliverOnce();
        assertEquals(
                Optional.empty(), Gather.from(world.customer.party(), world.messages(), List.of()));
    }

    @Test
    @DisplayName("a stored bundle is read back as it was")
    void roundTrip() {
        Evidence evidence = bundle(world);
        assertEquals(evidence, Records.decode(Evidence.class, Records.encode(evidence)));
    }

    @Test
    @DisplayName("D19: no bundle holds psk, seed or a private key")
    void noSecrets() {
        Evidence evidence = bundle(world);
        Evidence before = Change.with(evidence, "observations", List.of());
        String bytes = HexFormat.of().formatHex(Records.encode(before));
        for (Secret32 secret : world.allSecrets()) {
            assertFalse(bytes.contains(HexFormat.of().formatHex(secret.expose())));
        }
        String after = HexFormat.of().formatHex(Records.encode(evidence));
        Secret32 published = world.get(world.workKey);
        assertTrue(after.contains(HexFormat.of().formatHex(published.expose())));
        for (Secret32 secret : world.allSecrets()) {
            assertEquals(
                    secret.equals(published),
                    after.contains(HexFormat.of().formatHex(secret.expose())));
        }
    }

    @Test
    @DisplayName("D-I9: what is missing proves nothing, and never the opposite")
    void partial() {
        Evidence full = bundle(world);
        Evidence unsigned = Change.with(full, "provider", Optional.empty());
        assertFalse(verdict(unsigned).proves(Claim.Kind.AGREED));
        assertFalse(verdict(unsigned).proves(Claim.Kind.KEY_POSSESSED));
        Evidence unpaid = Change.with(full, "observations", List.of());
        assertFalse(verdict(unpaid).proves(Claim.Kind.PAID));
        assertTrue(verdict(unpaid).proves(Claim.Kind.FUNDED));
    }

    @Test
    @DisplayName("D-I9: Terms that somebody wrote do not put a stamp into the stamper's mouth")
    void stampWithoutReady() {
        Evidence full = bundle(world);
        Evidence e = Change.with(full, "ready", Optional.empty());
        assertFalse(verdict(e).proves(Claim.Kind.STAMPED));
        assertFalse(verdict(doubled(e)).proves(Claim.Kind.DOUBLE_STAMP));
    }

    /// With a second stamp, for another seal, under the real stamp key.
    private Evidence doubled(Evidence e) {
        Stamped first = e.stamps().getFirst();
        Stamp second =
                Change.with(
                        first.stamp(),
                        "sealId",
                        new io.evenhand.kit.value.SealId(new Bytes32(3, 3, 3, 3)));
        return Change.with(
                e,
                "stamps",
                List.of(
                        first,
                        new Stamped(second, world.stamperCrypto.sign(world.stampKey, second))));
    }

    @Test
    @DisplayName("D-I10: two stamps for one exchange blame the stamper, by name")
    void doubleStamp() {
        Verdict verdict = verdict(doubled(bundle(world)));
        assertTrue(verdict.proves(Claim.Kind.DOUBLE_STAMP));
        Claim blame =
                verdict.claims().stream()
                        .filter(c -> c.kind() == Claim.Kind.DOUBLE_STAMP)
                        .findFirst()
                        .orElseThrow();
        assertTrue(blame.sentence().contains(world.stamper.party().toString()));
    }

    @Test
    @DisplayName("a bundle of many stamps is still one that can be read")
    void manyStamps() {
        world.revealing();
        Stamped stamped =
                Gather.from(world.customer.party(), world.messages(), List.of())
                        .orElseThrow()
                        .stamps()
                        .getFirst();
        List<Message> messages = new java.util.ArrayList<>(world.messages());
        for (int i = 1; i < 20; i++) {
            Signature signature = new Signature(new Bytes32(0, 0, 0, i), Bytes32.ZERO);
            messages.add(
                    new Message.Verdict(
                            stamped.stamp().xid(),
                            1,
                            Optional.of(new Stamped(stamped.stamp(), signature))));
        }
        Evidence e = Gather.from(world.customer.party(), messages, List.of()).orElseThrow();
        assertEquals(e, Records.decode(Evidence.class, Records.encode(e)));
    }

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
                        observed(
                                world,
                                e,
                                Change.with(
                                        observation(
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

    private static Stream<Forgery> contents() {
        Bytes32 other = new Bytes32(9, 9, 9, 9);
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
                        (world, e) -> stamp(world, e, "xid", new Xid(other))),
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
                                            other);
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
                        (_, e) -> Change.with(e, "delivery.header.root", other)),
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
                        other),
                field(
                        "D9: a deal whose claimBy is no uint64",
                        "deposit: D9",
                        "deposit.deal.claimBy",
                        -1L),
                seen(
                        "T12: a wrong scalar in a claim",
                        "observation: the key does not open",
                        "key",
                        Optional.of(new RevealedKey(other))),
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
                        new Xid(other)),
                seen(
                        "an observation of another deal",
                        "observation: of another deal",
                        "dealId",
                        new io.evenhand.kit.value.DealId(other)),
                field(
                        "an observation without a deposit",
                        "observation: without a deposit",
                        "deposit",
                        Optional.empty()),
                new Forgery(
                        "D-I9: claimed and refunded",
                        "observation: claimed and refunded",
                        (world, e) ->
                                observed(
                                        world,
                                        e,
                                        observation(
                                                world, e, CLAIMED, Optional.of(world.revealed())),
                                        observation(world, e, REFUNDED, Optional.empty()))),
                new Forgery(
                        "D-I9: claimed twice",
                        "observation: a second CLAIMED",
                        (world, e) ->
                                observed(
                                        world,
                                        e,
                                        observation(
                                                world, e, CLAIMED, Optional.of(world.revealed())),
                                        observation(
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
                                    Evidence forged = forgery.change.apply(w, bundle(w));
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

    @Test
    @DisplayName("T13: a refund is proved as a refund, and not as a payment")
    void refunded() {
        Evidence e = bundle(world);
        Verdict verdict =
                verdict(observed(world, e, observation(world, e, REFUNDED, Optional.empty())));
        assertTrue(verdict.proves(Claim.Kind.REFUNDED));
        assertFalse(verdict.proves(Claim.Kind.PAID));
    }

    @Test
    @DisplayName("D-I9: Terms that nobody signed prove no agreement")
    void unsignedTerms() {
        Terms terms = bundle(world).terms();
        Evidence bare =
                new Evidence(
                        world.customer.party(),
                        terms,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of());
        assertEquals(List.of(), verdict(bare).claims());
    }
}
