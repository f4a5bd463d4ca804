package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.protocols.delegation.evidence.Claim;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Observation;
import io.evenhand.protocols.delegation.evidence.Outcome;
import io.evenhand.protocols.delegation.evidence.Verdict;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The offline verdict (D24, D-I9): what a bundle proves, and that no forged one proves anything.
class VerdictTest {
    private static final Observation.Kind REFUNDED = Observation.Kind.REFUNDED;

    private final World world = new World();

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
        Verdict verdict = verdict(Bundles.whole(world));
        Set<Claim.Kind> all = EnumSet.allOf(Claim.Kind.class);
        all.removeAll(
                EnumSet.of(
                        Claim.Kind.SIGNED,
                        Claim.Kind.REFUNDED,
                        Claim.Kind.WORK_OPENS,
                        Claim.Kind.WORK_PASSES,
                        Claim.Kind.WORK_FAILS,
                        Claim.Kind.DOUBLE_STAMP,
                        Claim.Kind.WRONG_STAMP,
                        Claim.Kind.FALSE_STAMP,
                        Claim.Kind.BAD_DELIVERY,
                        Claim.Kind.DELIVERED_JUNK,
                        Claim.Kind.BAD_DEPOSIT,
                        Claim.Kind.EQUIVOCATION,
                        Claim.Kind.CONTRADICTION));
        assertEquals(all, kinds(verdict));
        assertTrue(verdict.proves(Claim.Kind.PAID));
        Claim paid =
                verdict.claims().stream()
                        .filter(c -> c.kind() == Claim.Kind.PAID)
                        .findFirst()
                        .orElseThrow();
        assertEquals(
                "block "
                        + new Bytes32(2, 2, 2, 2)
                        + " is on chain 31337 and holds this transaction, as the customer says",
                paid.provided());
        assertEquals(Outcome.SETTLED, verdict.outcome());
    }

    @Test
    @DisplayName("D24: both parties' bundles give the same verdict, to a stranger too")
    void sameForAll() {
        Evidence customers = Bundles.bundle(world);
        Evidence plain = Bundles.plain(world, world.customer.party());
        Evidence providers = Bundles.plain(world, world.provider.party());
        assertEquals(verdict(plain).claims(), verdict(providers).claims());
        RealCrypto strangers =
                new RealCrypto(
                        new Ed25519Identity(Secret32.of(new Bytes32(5, 6, 7, 8).toByteArray())),
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
                verdict(Bundles.plain(world, world.customer.party())).claims().stream()
                        .collect(Collectors.toSet()),
                verdict(Bundles.gather(world, world.customer.party(), twice)).claims().stream()
                        .collect(Collectors.toSet()));
    }

    @Test
    @DisplayName("without Terms there is no evidence")
    void noTerms() {
        world.customer(new Input.Begin(world.now));
        world.deliverOnce();
        Evidence none = Bundles.plain(world, world.customer.party());
        assertEquals(Optional.empty(), none.terms());
        assertThrows(MalformedException.class, () -> verdict(none));
    }

    @Test
    @DisplayName("a stored bundle is read back as it was")
    void roundTrip() {
        Evidence evidence = Bundles.bundle(world);
        assertEquals(evidence, Records.decode(Evidence.class, Records.encode(evidence)));
    }

    @Test
    @DisplayName("D19: no bundle holds psk, seed or a private key")
    void noSecrets() {
        Evidence evidence = Bundles.bundle(world);
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
        Evidence full = Bundles.bundle(world);
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
        Evidence full = Bundles.bundle(world);
        Evidence e = Change.with(full, "ready", Optional.empty());
        assertFalse(verdict(e).proves(Claim.Kind.STAMPED));
        assertFalse(verdict(doubled(e)).proves(Claim.Kind.DOUBLE_STAMP));
    }

    /// With a second stamp, for another seal, under the real stamp key.
    private Evidence doubled(Evidence e) {
        Stamped first = e.stamps().getFirst();
        Stamp second = Change.with(first.stamp(), "sealId", new SealId(new Bytes32(3, 3, 3, 3)));
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
        Verdict verdict = verdict(doubled(Bundles.bundle(world)));
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
        Stamped stamped = Bundles.plain(world, world.customer.party()).stamps().getFirst();
        List<Message> messages = new ArrayList<>(world.messages());
        for (int i = 1; i < 20; i++) {
            Signature signature = new Signature(new Bytes32(0, 0, 0, i), Bytes32.ZERO);
            messages.add(
                    new Message.Verdict(
                            stamped.stamp().xid(),
                            1,
                            Optional.of(new Stamped(stamped.stamp(), signature))));
        }
        Evidence e = Bundles.gather(world, world.customer.party(), messages);
        assertEquals(e, Records.decode(Evidence.class, Records.encode(e)));
    }

    @Test
    @DisplayName("T13: a refund is proved as a refund, and not as a payment")
    void refunded() {
        Evidence e = Bundles.bundle(world);
        Verdict verdict =
                verdict(
                        Bundles.observed(
                                world,
                                e,
                                Bundles.observation(world, e, REFUNDED, Optional.empty())));
        assertTrue(verdict.proves(Claim.Kind.REFUNDED));
        assertFalse(verdict.proves(Claim.Kind.PAID));
    }

    @Test
    @DisplayName("D-I9: Terms that nobody signed prove no agreement")
    void unsignedTerms() {
        Terms terms = Bundles.bundle(world).terms().orElseThrow();
        Evidence bare =
                new Evidence(
                        world.customer.party(),
                        Optional.of(terms),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of());
        assertEquals(List.of(), verdict(bare).claims());
    }
}
