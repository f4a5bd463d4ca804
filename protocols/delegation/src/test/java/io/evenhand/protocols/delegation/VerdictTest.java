package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Observation;
import io.evenhand.protocols.delegation.evidence.Outcome;
import io.evenhand.protocols.delegation.evidence.Proven;
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

    private static Set<Proven> kinds(Verdict verdict) {
        return verdict.findings().stream()
                .map(finding -> (Proven) finding.kind())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Proven.class)));
    }

    @Test
    @DisplayName("D-I9: the bundle of an honest exchange proves everything from AGREED to PAID")
    void happy() {
        Verdict verdict = verdict(Bundles.whole(world));
        Set<Proven> all = EnumSet.allOf(Proven.class);
        all.removeAll(
                EnumSet.of(
                        Proven.SIGNED,
                        Proven.REFUNDED,
                        Proven.WORK_OPENS,
                        Proven.WORK_PASSES,
                        Proven.WORK_FAILS,
                        Proven.DOUBLE_STAMP,
                        Proven.WRONG_STAMP,
                        Proven.FALSE_STAMP,
                        Proven.BAD_DELIVERY,
                        Proven.DELIVERED_JUNK,
                        Proven.BAD_DEPOSIT,
                        Proven.EQUIVOCATION,
                        Proven.CONTRADICTION));
        assertEquals(all, kinds(verdict));
        assertTrue(verdict.proves(Proven.PAID));
        Finding paid =
                verdict.findings().stream()
                        .filter(c -> c.kind() == Proven.PAID)
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
    @DisplayName("who runs the stamper is the provider's own word, and a loopback address is told")
    void operator() {
        Verdict told = verdict(Bundles.whole(world));
        assertTrue(
                told.summary()
                        .contains(
                                "Its operator is, by the provider's own word in the Terms, a third"
                                        + " party. The stamper had a loopback address, localhost:1:"),
                told.summary());
        assertTrue(
                told.findings().stream()
                        .filter(finding -> finding.kind() == Proven.STAMPED)
                        .allMatch(finding ->
                                finding.provided().contains("(by the provider's own word")));
        assertTrue(told.notProven().getFirst().contains("persons behind the keys"));
        assertTrue(told.notProven().get(1).contains("Who runs the stamper's machine"));
    }

    @Test
    @DisplayName("D24: both parties' bundles give the same verdict, to a stranger too")
    void sameForAll() {
        Evidence customers = Bundles.bundle(world);
        Evidence plain = Bundles.plain(world, world.customer.party());
        Evidence providers = Bundles.plain(world, world.provider.party());
        assertEquals(verdict(plain).findings(), verdict(providers).findings());
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
                verdict(Bundles.plain(world, world.customer.party())).findings().stream()
                        .collect(Collectors.toSet()),
                verdict(Bundles.gather(world, world.customer.party(), twice)).findings().stream()
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
        assertFalse(verdict(unsigned).proves(Proven.AGREED));
        assertFalse(verdict(unsigned).proves(Proven.KEY_POSSESSED));
        Evidence unpaid = Change.with(full, "observations", List.of());
        assertFalse(verdict(unpaid).proves(Proven.PAID));
        assertTrue(verdict(unpaid).proves(Proven.FUNDED));
    }

    @Test
    @DisplayName("D-I9: Terms that somebody wrote do not put a stamp into the stamper's mouth")
    void stampWithoutReady() {
        Evidence full = Bundles.bundle(world);
        Evidence e = Change.with(full, "ready", Optional.empty());
        assertFalse(verdict(e).proves(Proven.STAMPED));
        assertFalse(verdict(doubled(e)).proves(Proven.DOUBLE_STAMP));
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
        assertTrue(verdict.proves(Proven.DOUBLE_STAMP));
        Finding blame =
                verdict.findings().stream()
                        .filter(c -> c.kind() == Proven.DOUBLE_STAMP)
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
        assertTrue(verdict.proves(Proven.REFUNDED));
        assertFalse(verdict.proves(Proven.PAID));
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
        assertEquals(List.of(), verdict(bare).findings());
    }
}
