package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Inspection;
import io.evenhand.protocols.delegation.evidence.Observation;
import io.evenhand.protocols.delegation.evidence.Outcome;
import io.evenhand.protocols.delegation.evidence.Party;
import io.evenhand.protocols.delegation.evidence.Proven;
import io.evenhand.protocols.delegation.evidence.Verdict;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Who is to blame: each fault is signed by the one who committed it, and nobody else is named.
class BlameTest {
    private static final Bytes32 OTHER = new Bytes32(9, 9, 9, 9);

    private final World world = new World();
    private final Evidence full = Bundles.whole(world);
    private final Terms terms = full.terms().orElseThrow();
    private final Xid xid = world.customerCrypto.xid(terms);

    private Verdict verdict(Evidence evidence) {
        return Verdict.of(world.customerCrypto, evidence);
    }

    private Verdict together(Evidence... bundles) {
        List<Verdict> all = Verdict.all(world.customerCrypto, List.of(bundles), Optional.empty());
        assertEquals(1, all.size());
        return all.getFirst();
    }

    private static void blames(Verdict verdict, Proven kind, Party... parties) {
        List<Finding> found = verdict.findings().stream().filter(c -> c.kind() == kind).toList();
        assertEquals(1, found.size(), verdict.findings().toString());
        assertEquals(Party.titles(parties), found.getFirst().blame());
        for (Party party : parties) {
            assertTrue(
                    found.getFirst().sentence().contains("he " + party.title()),
                    found.getFirst().sentence());
            assertTrue(verdict.summary().contains("fault of "), verdict.summary());
        }
    }

    private static void blamesNobody(Verdict verdict) {
        assertTrue(
                verdict.findings().stream().allMatch(c -> c.blame().isEmpty()),
                verdict.findings().toString());
    }

    private Stamped stamped(Stamp stamp) {
        return new Stamped(stamp, world.stamperCrypto.sign(world.stampKey, stamp));
    }

    private Evidence.Delivery delivery(SealHeader header, Bytes32 stampHash) {
        Statements.Delivered said = new Statements.Delivered(xid, header.sealId(), stampHash);
        return new Evidence.Delivery(header, stampHash, world.providerCrypto.sign(said));
    }

    private Evidence.Deposit deposit(Deal deal) {
        Statements.Deposited said =
                new Statements.Deposited(xid, world.customerCrypto.dealId(World.RAIL, deal), deal);
        return new Evidence.Deposit(deal, world.customerCrypto.sign(said));
    }

    @Test
    @DisplayName("D-I9: nobody is blamed for an honest exchange, by either bundle or by both")
    void honest() {
        blamesNobody(verdict(full));
        blamesNobody(together(full, Bundles.plain(world, world.provider.party())));
    }

    @Test
    @DisplayName("D6: a stamp for an attempt beyond the agreed is the stamper's fault")
    void wrongAttempt() {
        Stamp first = full.stamps().getFirst().stamp();
        Stamp third = Change.with(Change.with(first, "attempt", 3), "slot", 3);
        Verdict v = verdict(Change.with(full, "stamps", List.of(stamped(third))));
        blames(v, Proven.WRONG_STAMP, Party.STAMPER);
        assertFalse(v.proves(Proven.STAMPED));
    }

    @Test
    @DisplayName("D7: a stamp with another policy is the stamper's fault, if it was Ready")
    void wrongPolicy() {
        Stamp first = full.stamps().getFirst().stamp();
        Stamp other = Change.with(first, "policyHash", OTHER);
        Evidence e = Change.with(full, "stamps", List.of(stamped(other)));
        blames(verdict(e), Proven.WRONG_STAMP, Party.STAMPER);
        blamesNobody(verdict(Change.with(e, "ready", Optional.empty())));
    }

    @Test
    @DisplayName("D-I10: two stamps in two bundles blame the stamper, only when they are combined")
    void doubleStamp() {
        Stamp second = Change.with(full.stamps().getFirst().stamp(), "sealId", new SealId(OTHER));
        Evidence provider =
                Change.with(
                        Bundles.plain(world, world.provider.party()),
                        "stamps",
                        List.of(stamped(second)));
        blamesNobody(verdict(full));
        blamesNobody(verdict(provider));
        blames(together(full, provider), Proven.DOUBLE_STAMP, Party.STAMPER);
    }

    @Test
    @DisplayName("16c: a signed delivery under a stamp that does not fit blames the provider")
    void deliveryOfAnotherStamp() {
        SealHeader header = full.deliveries().getFirst().header();
        Verdict v = verdict(Change.with(full, "deliveries", List.of(delivery(header, OTHER))));
        blames(v, Proven.BAD_DELIVERY, Party.PROVIDER);
        assertFalse(v.proves(Proven.DELIVERED));
    }

    @Test
    @DisplayName("S4: a signed delivery of a seal for another key blames the provider")
    void deliveryOfAnotherSeal() {
        SealHeader header =
                Change.with(full.deliveries().getFirst().header(), "label.opener", OTHER);
        Bytes32 stamp =
                world.customerCrypto.hash(
                        Expected.stamp(world.customerCrypto, terms, xid, 1, header.sealId()));
        Verdict v = verdict(Change.with(full, "deliveries", List.of(delivery(header, stamp))));
        blames(v, Proven.BAD_DELIVERY, Party.PROVIDER);
    }

    @Test
    @DisplayName("a delivery whose stamp is not at hand is told as that and blames nobody")
    void deliveryWithoutStamp() {
        Verdict v = verdict(Change.with(full, "stamps", List.of()));
        assertTrue(v.proves(Proven.DELIVERED));
        assertFalse(v.proves(Proven.STAMPED));
        blamesNobody(v);
    }

    @Test
    @DisplayName("D-I7: two deliveries, two receipts or two deposits blame who signed them")
    void equivocations() {
        SealHeader other = Change.with(full.deliveries().getFirst().header(), "root", OTHER);
        Bytes32 stamp =
                world.customerCrypto.hash(
                        Expected.stamp(
                                world.customerCrypto,
                                terms,
                                xid,
                                other.label().slot(),
                                other.sealId()));
        blames(
                together(full, Change.with(full, "deliveries", List.of(delivery(other, stamp)))),
                Proven.EQUIVOCATION,
                Party.PROVIDER);
        SealId seal = new SealId(OTHER);
        Signature receipt = world.customerCrypto.sign(new Statements.Acknowledged(xid, seal));
        blames(
                together(
                        full,
                        Change.with(
                                full,
                                "acknowledgements",
                                List.of(new Evidence.Acknowledgement(seal, receipt)))),
                Proven.EQUIVOCATION,
                Party.CUSTOMER);
        Deal more = Change.with(full.deposits().getFirst().deal(), "salt", new Bytes32(7, 0, 0, 0));
        Evidence twice =
                Change.with(
                        Change.with(full, "deposits", List.of(deposit(more))),
                        "observations",
                        List.of());
        blames(together(full, twice), Proven.EQUIVOCATION, Party.CUSTOMER);
    }

    static Stream<Arguments> badDeals() {
        World w = new World();
        return Stream.of(
                Arguments.of(
                        "D12: the lock", "lock", PointLock.of(w.customerCrypto.publicKey(w.psk))),
                Arguments.of("the payee", "payee", Address.parse("0x" + "77".repeat(20))),
                Arguments.of("the deposit is 1 wei", "amount", Wei.of(1)),
                Arguments.of("another exchange", "termsHash", OTHER),
                Arguments.of("the token", "token", Address.parse("0x" + "77".repeat(20))),
                Arguments.of("claimBy is earlier", "claimBy", 1L));
    }

    @ParameterizedTest
    @MethodSource("badDeals")
    @DisplayName("D17: a signed notice of another deposit than agreed blames the customer")
    void badDeposit(String fault, String path, Object value) {
        Deal deal = Change.with(full.deposits().getFirst().deal(), path, value);
        Evidence e =
                Change.with(
                        Change.with(full, "deposits", List.of(deposit(deal))),
                        "observations",
                        List.of());
        Verdict v = verdict(e);
        blames(v, Proven.BAD_DEPOSIT, Party.CUSTOMER);
        assertFalse(v.proves(Proven.FUNDED));
        assertTrue(
                v.findings().stream().anyMatch(c -> c.sentence().contains(fault)),
                v.findings().toString());
    }

    @Test
    @DisplayName("D-I9: a customer that pays itself in a deal of its own proves no wage paid")
    void paysItself() {
        Deal own =
                Change.with(
                        Change.with(
                                full.deposits().getFirst().deal(),
                                "lock",
                                PointLock.of(world.customerCrypto.publicKey(world.psk))),
                        "payee",
                        Address.parse("0x" + "77".repeat(20)));
        Evidence notice = Change.with(full, "deposits", List.of(deposit(own)));
        Evidence e =
                Bundles.observed(
                        world,
                        Change.with(
                                Change.with(notice, "endings", List.of()),
                                "observations",
                                List.of()),
                        Bundles.observation(
                                world, notice, Observation.Kind.OPENED, Optional.empty()),
                        Bundles.observation(
                                world,
                                notice,
                                Observation.Kind.CLAIMED,
                                Optional.of(world.scalar(world.psk))));
        Verdict v = verdict(e);
        assertEquals(Outcome.UNKNOWN, v.outcome());
        for (Proven kind : List.of(Proven.DEPOSITED, Proven.KEY_PUBLISHED, Proven.PAID)) {
            assertFalse(v.proves(kind), v.findings().toString());
        }
        assertTrue(
                v.findings().stream()
                        .anyMatch(c -> c.sentence().contains("no payment of the wage")),
                v.findings().toString());
        assertEquals(Optional.empty(), v.published(world.customerCrypto), "D12: no key of its own");
        assertEquals(Optional.of(world.revealed()), verdict(full).published(world.customerCrypto));
    }

    @Test
    @DisplayName("D-I9: Terms that the provider did not sign prove no payment to it")
    void unsignedByProvider() {
        Evidence e =
                Change.with(Change.with(full, "provider", Optional.empty()), "endings", List.of());
        Verdict v = verdict(e);
        assertFalse(v.proves(Proven.PAID), v.findings().toString());
        assertEquals(Outcome.UNKNOWN, v.outcome());
    }

    @Test
    @DisplayName("16d: the seal that is judged is the agreed one, whatever else was delivered")
    void judgedSeal() {
        SealHeader wrong =
                Change.with(full.deliveries().getFirst().header(), "label.opener", OTHER);
        Evidence e =
                Change.with(
                        full,
                        "deliveries",
                        List.of(delivery(wrong, OTHER), full.deliveries().getFirst()));
        assertEquals(
                Optional.of(full.deliveries().getFirst().header()),
                verdict(e).delivered(world.customerCrypto));
    }

    @Test
    @DisplayName("who plays two parts with one key vouches for itself, and the report says so")
    void oneKeyTwoParts() {
        Terms alone = Change.with(terms, "order.stamper.key", world.provider.party());
        alone = Change.with(alone, "order.provider", world.customer.party());
        Evidence e =
                Change.with(
                        Bundles.gather(world, world.customer.party(), List.of()),
                        "terms",
                        Optional.of(alone));
        List<String> gaps = verdict(e).notProven();
        assertTrue(
                gaps.stream().anyMatch(g -> g.contains("customer and provider")), gaps::toString);
        assertFalse(verdict(full).notProven().toString().contains("same key"));
    }

    @Test
    @DisplayName("the words of a party cannot end their quotation and go on as if they were ours")
    void quotation() {
        Evidence e =
                Bundles.ended(
                        Change.with(full, "endings", List.of()),
                        terms.order(),
                        world.customer.party(),
                        world.customerCrypto,
                        new io.evenhand.protocols.delegation.evidence.Ending.Words(
                                Outcome.ABORTED, "over\". The node confirms: \"paid twice"));
        Verdict v = verdict(Change.with(e, "observations", List.of()));
        assertTrue(v.summary().contains("\"over'. The node confirms: 'paid twice\""));
        assertTrue(v.findings().toString().contains("(\"over'. The node confirms: 'paid twice\")"));
    }

    @Test
    @DisplayName("D22: two Terms for one offer blame who signed both; one stamp key, the stamper")
    void twoTerms() {
        Terms second = Change.with(terms, "providerNonce", OTHER);
        Xid other = world.customerCrypto.xid(second);
        Evidence e =
                new Evidence(
                        world.customer.party(),
                        Optional.of(second),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(world.providerCrypto.sign(second)),
                        Optional.empty(),
                        Optional.of(world.stamperCrypto.sign(new Statements.Provisioned(other))),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of());
        blamesNobody(verdict(e));
        List<Verdict> both = Verdict.all(world.customerCrypto, List.of(full, e), Optional.empty());
        assertEquals(2, both.size());
        for (Verdict v : both) {
            List<Finding> found =
                    v.findings().stream().filter(c -> c.kind() == Proven.EQUIVOCATION).toList();
            assertEquals(
                    List.of(Party.titles(Party.PROVIDER), Party.titles(Party.STAMPER)),
                    found.stream().map(Finding::blame).toList());
        }
    }

    /// Another Terms under the same nonce of the customer, with both signatures.
    private List<List<String>> blamedFor(Terms second) {
        Evidence e =
                new Evidence(
                        world.customer.party(),
                        Optional.of(second),
                        Optional.empty(),
                        Optional.of(world.customerCrypto.sign(second)),
                        Optional.of(world.providerCrypto.sign(second)),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of());
        return Verdict.all(world.customerCrypto, List.of(full, e), Optional.empty())
                .getFirst()
                .findings()
                .stream()
                .filter(c -> c.kind() == Proven.EQUIVOCATION)
                .map(Finding::blame)
                .toList();
    }

    @Test
    @DisplayName("16g: a provider put back between two offers under one nonce is not to blame")
    void twoOrders() {
        Terms dearer = Change.with(terms, "order.wage", Wei.of(7));
        assertEquals(
                List.of(Party.titles(Party.CUSTOMER)), blamedFor(dearer), "who wrote two orders");
    }

    @Test
    @DisplayName("16g: a customer put back is not to blame for two Terms that the provider made")
    void twoAnswers() {
        Terms answer = Change.with(terms, "providerNonce", OTHER);
        assertEquals(
                List.of(Party.titles(Party.PROVIDER)), blamedFor(answer), "who answered twice");
    }

    @Test
    @DisplayName("12: a stamper put back gives another key: neither of the others is to blame")
    void twoStampKeys() {
        Terms anew = Change.with(terms, "stampKey", world.customerCrypto.publicKey(world.psk));
        assertEquals(List.of(), blamedFor(anew));
    }

    @Test
    @DisplayName("two accounts of the chain that cannot both be true prove neither end")
    void contradiction() {
        Observation refund =
                Bundles.observation(world, full, Observation.Kind.REFUNDED, Optional.empty());
        Evidence provider =
                Bundles.observed(
                        Bundles.plain(world, world.provider.party()),
                        world.provider.party(),
                        world.providerCrypto,
                        refund);
        Verdict v = together(full, provider);
        assertTrue(v.proves(Proven.CONTRADICTION));
        assertEquals(Outcome.UNKNOWN, v.outcome());
        blamesNobody(v);
    }

    private Verdict inspected(Evidence e, boolean opens, Inspection.Judged judged) {
        Inspection seen =
                new Inspection(
                        xid,
                        full.deliveries().getFirst().header().sealId(),
                        opens,
                        judged,
                        "0.5 of 0.95",
                        opens ? 7 : 0,
                        OTHER);
        return Verdict.all(world.customerCrypto, List.of(e), Optional.of(seen)).getFirst();
    }

    @Test
    @DisplayName(
            "16c: delivered work that fails the policy: the stamper is to blame, not the provider")
    void failingWork() {
        Verdict v = inspected(full, true, Inspection.Judged.FAILS);
        blames(v, Proven.FALSE_STAMP, Party.STAMPER);
        blames(v, Proven.DELIVERED_JUNK, Party.STAMPER);
        assertTrue(v.proves(Proven.WORK_FAILS));
    }

    @Test
    @DisplayName("16c: a delivered seal that does not open: provider and stamper are to blame")
    void brokenSeal() {
        Verdict v = inspected(full, false, Inspection.Judged.UNDECIDED);
        blames(v, Proven.FALSE_STAMP, Party.STAMPER);
        blames(v, Proven.DELIVERED_JUNK, Party.PROVIDER, Party.STAMPER);
        Verdict unstamped =
                inspected(
                        Change.with(full, "stamps", List.of()), false, Inspection.Judged.UNDECIDED);
        blames(unstamped, Proven.DELIVERED_JUNK, Party.PROVIDER);
        assertFalse(unstamped.proves(Proven.FALSE_STAMP));
    }

    @Test
    @DisplayName("16c: without the provider's signature nobody can say that junk was delivered")
    void unsignedDelivery() {
        Verdict v =
                inspected(
                        Change.with(full, "deliveries", List.of()), true, Inspection.Judged.FAILS);
        assertFalse(v.proves(Proven.DELIVERED_JUNK));
        blamesNobody(v);
        assertTrue(v.proves(Proven.WORK_FAILS));
    }

    @Test
    @DisplayName("good work blames nobody, and failing work without a stamp does not either")
    void goodWork() {
        Verdict good = inspected(full, true, Inspection.Judged.PASSES);
        assertTrue(good.proves(Proven.WORK_PASSES));
        blamesNobody(good);
        blamesNobody(
                inspected(Change.with(full, "stamps", List.of()), true, Inspection.Judged.FAILS));
    }
}
