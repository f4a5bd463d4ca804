package io.evenhand.protocols.delegation.evidence;

import static io.evenhand.protocols.delegation.evidence.Party.CUSTOMER;
import static io.evenhand.protocols.delegation.evidence.Party.PROVIDER;
import static io.evenhand.protocols.delegation.evidence.Party.STAMPER;

import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.text.ShortIds;
import io.evenhand.kit.text.Times;
import io.evenhand.kit.value.SealId;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What follows from the genuine documents of one exchange, up to the deposit. Whoever signed what
/// an honest party's program never signs is named.
final class Conclusions {
    private final DocumentChecks genuine;
    private final Evidence e;
    private final List<Finding> findings = new ArrayList<>();

    private Conclusions(DocumentChecks genuine, Evidence evidence) {
        this.genuine = genuine;
        this.e = evidence;
    }

    /// @param evidence genuine; every document of it is checked
    static List<Finding> of(
            DocumentChecks genuine, Evidence evidence, Optional<Inspection> inspection) {
        Conclusions conclusions = new Conclusions(genuine, evidence);
        conclusions.agreement();
        conclusions.stamps();
        conclusions.deliveries();
        conclusions.findings.addAll(MoneyConclusions.of(genuine, evidence));
        inspection.filter(seen -> seen.xid().equals(genuine.xid())).ifPresent(conclusions::work);
        conclusions.blame();
        return conclusions.findings;
    }

    private Order order() {
        return genuine.terms().order();
    }

    private void add(Proven kind, String sentence, String basis, String provided) {
        findings.add(Finding.of(kind, sentence, basis, provided));
    }

    private void blame(Proven kind, String sentence, String basis, Party... blamed) {
        findings.add(Finding.blaming(kind, sentence, basis, Party.titles(blamed)));
    }

    private void agreement() {
        Terms terms = genuine.terms();
        String what = ShortIds.quoted(order().service()) + " for " + order().wage();
        if (e.customer().isPresent() && e.provider().isPresent()) {
            add(
                    Proven.AGREED,
                    "Customer and provider signed the same Terms: the provider does "
                            + what
                            + ", delivered by "
                            + Times.utc(order().deadlines().tWork())
                            + "; the customer deposits the wage by "
                            + Times.utc(order().deadlines().tFund())
                            + ".",
                    "signatures of the customer and of the provider on the Terms",
                    "");
        } else if (e.customer().isPresent() || e.provider().isPresent()) {
            Party signed = e.customer().isPresent() ? CUSTOMER : PROVIDER;
            Party missing = e.customer().isPresent() ? PROVIDER : CUSTOMER;
            add(
                    Proven.SIGNED,
                    "The "
                            + signed.title()
                            + " signed Terms: "
                            + what
                            + ". The signature of "
                            + missing.the()
                            + " is not in this evidence.",
                    "signature of " + signed.the() + " on the Terms",
                    "");
        }
        if (e.possession().isPresent() && e.provider().isPresent()) {
            add(
                    Proven.KEY_POSSESSED,
                    "The provider knew the secret of the work key "
                            + ShortIds.of(terms.workKey())
                            + " when it accepted.",
                    "signature with the work key",
                    "");
        }
        if (e.ready().isPresent()) {
            add(
                    Proven.PROVISIONED,
                    "The stamper says that it held the policy, the hidden data and the pre-shared"
                            + " secret that these Terms commit to.",
                    "signature of the stamper",
                    "");
        }
    }

    /// The stamp key stands in the Terms, which anybody can write: only the stamper's Ready says
    /// that the key is its own. Without it a stamp proves nothing.
    private void stamps() {
        if (e.ready().isEmpty()) {
            return;
        }
        for (Stamped stamped : e.stamps()) {
            Stamp stamp = stamped.stamp();
            if (fits(stamp)) {
                add(
                        Proven.STAMPED,
                        "The stamper says that the work inside seal "
                                + ShortIds.of(stamp.sealId())
                                + " passed the policy in attempt "
                                + stamp.attempt()
                                + " of "
                                + order().attempts()
                                + ".",
                        "signature with the stamp key, which the stamper declared its own",
                        assumption(order()));
            } else {
                blame(
                        Proven.WRONG_STAMP,
                        "The stamper signed a stamp for this exchange that its Terms do not allow"
                                + " (attempt "
                                + stamp.attempt()
                                + " of "
                                + order().attempts()
                                + ", seal "
                                + ShortIds.of(stamp.sealId())
                                + "). To blame: "
                                + stamper()
                                + ".",
                        "signature with the stamp key, which the stamper declared its own",
                        STAMPER);
            }
        }
    }

    private boolean fits(Stamp stamp) {
        return stamp.attempt() >= 1
                && stamp.attempt() <= order().attempts()
                && stamp.equals(
                        Expected.stamp(
                                genuine.crypto(),
                                genuine.terms(),
                                genuine.xid(),
                                stamp.attempt(),
                                stamp.sealId()));
    }

    static String assumption(Order order) {
        String profile = order.stamper().profile();
        return profile.equals("software")
                ? "the operator of the stamper's machine ("
                        + operator(order)
                        + ") is honest: the profile \"software\" protects nothing against it"
                : "the attestation profile " + ShortIds.quoted(profile) + " holds";
    }

    /// Who runs the stamper, and by whose word: the provider put it into the Terms, and nobody can
    /// check it. The stamper's key knows better.
    static String operator(Order order) {
        if (order.stamper().key().equals(order.customer())) {
            return "by its key, the customer itself";
        }
        if (order.stamper().key().equals(order.provider())) {
            return "by its key, the provider itself";
        }
        return "by the provider's own word in the Terms, "
                + switch (order.stamper().operator()) {
                    case PROVIDER -> "the provider itself";
                    case THIRD -> "a third party";
                };
    }

    private String stamper() {
        return "the stamper " + order().stamper().key() + " (operator: " + operator(order()) + ")";
    }

    private void deliveries() {
        for (Evidence.Delivery delivery : e.deliveries()) {
            SealId sealId = genuine.crypto().sealId(delivery.header());
            Optional<String> wrong = genuine.wrong(delivery);
            if (wrong.isPresent()) {
                blame(
                        Proven.BAD_DELIVERY,
                        "The provider signed that it delivered seal "
                                + ShortIds.of(sealId)
                                + ", and that is not what was agreed: "
                                + wrong.get()
                                + ". To blame: the provider "
                                + order().provider()
                                + ".",
                        "signature of the provider",
                        PROVIDER);
            } else {
                add(
                        Proven.DELIVERED,
                        "The provider says that it delivered the sealed work "
                                + ShortIds.of(sealId)
                                + (isStamped(delivery.header())
                                        ? " together with its stamp."
                                        : " under a stamp that is not in this evidence."),
                        "signature of the provider",
                        "");
            }
        }
        for (Evidence.Acknowledgement receipt : e.acknowledgements()) {
            add(
                    Proven.ACKNOWLEDGED,
                    "The customer says that it holds every byte of the sealed work "
                            + ShortIds.of(receipt.sealId())
                            + ".",
                    "signature of the customer",
                    "");
        }
    }

    /// The stamper vouched for this seal.
    private boolean isStamped(SealHeader header) {
        return e.ready().isPresent()
                && e.stamps().stream().anyMatch(s -> s.stamp().equals(genuine.expected(header)));
    }

    private void work(Inspection seen) {
        Optional<SealHeader> header =
                e.deliveries().stream()
                        .filter(d -> genuine.wrong(d).isEmpty())
                        .map(Evidence.Delivery::header)
                        .filter(h -> genuine.crypto().sealId(h).equals(seen.sealId()))
                        .findFirst();
        String seal = "the sealed work " + ShortIds.of(seen.sealId());
        if (seen.opens()) {
            add(
                    Proven.WORK_OPENS,
                    "With the published key and the agreed pre-shared secret, "
                            + seal
                            + " opens to "
                            + seen.bytes()
                            + " bytes with the SHA-256 "
                            + seen.sha256()
                            + ".",
                    "opened here",
                    "");
        }
        if (seen.opens() && seen.judged() == Inspection.Judged.PASSES) {
            add(
                    Proven.WORK_PASSES,
                    "The opened work passes the agreed policy (" + seen.detail() + ").",
                    "judged here",
                    "");
        }
        if (seen.opens() && seen.judged() == Inspection.Judged.FAILS) {
            add(
                    Proven.WORK_FAILS,
                    "The opened work fails the agreed policy (" + seen.detail() + ").",
                    "judged here",
                    "");
        }
        boolean junk = !seen.opens() || seen.judged() == Inspection.Judged.FAILS;
        if (header.isPresent() && junk) {
            junk(seen, seal, isStamped(header.get()));
        }
    }

    private void junk(Inspection seen, String seal, boolean stamped) {
        String what =
                seen.opens() ? " fails the agreed policy" : " does not open: " + seen.detail();
        if (stamped) {
            blame(
                    Proven.FALSE_STAMP,
                    "The stamper signed that "
                            + seal
                            + " holds work that passed the policy, and that is false: it"
                            + what
                            + ". To blame: "
                            + stamper()
                            + ".",
                    "the stamp, and the work opened here",
                    STAMPER);
        }
        if (!seen.opens()) {
            blame(
                    Proven.DELIVERED_JUNK,
                    "The provider signed that it delivered "
                            + seal
                            + ", which"
                            + what
                            + ". A provider seals its work itself and compares before it delivers,"
                            + " so it knew. To blame: the provider "
                            + order().provider()
                            + (stamped ? ", and the stamper, which stamped it." : "."),
                    "signature of the provider, and the work opened here",
                    stamped ? new Party[] {PROVIDER, STAMPER} : new Party[] {PROVIDER});
        } else {
            blame(
                    Proven.DELIVERED_JUNK,
                    "The provider signed that it delivered "
                            + seal
                            + ", which"
                            + what
                            + (stamped
                                    ? ". To blame is the stamper, which signed that it passes; a"
                                            + " provider cannot judge against data hidden from it,"
                                            + " so nothing is shown against the provider."
                                    : ". Without the stamp nothing shows whether the stamper or"
                                            + " the provider is to blame."),
                    "signature of the provider, and the work opened here",
                    stamped ? new Party[] {STAMPER} : new Party[] {});
        }
    }

    /// Statements that exist once for each exchange (decisions 16g, D-I7, D-I10).
    private void blame() {
        long stamps = e.stamps().stream().map(Stamped::stamp).distinct().count();
        if (stamps > 1 && e.ready().isPresent()) {
            blame(
                    Proven.DOUBLE_STAMP,
                    "The stamper signed "
                            + stamps
                            + " different stamps for one exchange, which may have one. To blame: "
                            + stamper()
                            + ".",
                    "signatures with the stamp key, which the stamper declared its own",
                    STAMPER);
        }
        twice(
                e.deliveries().stream()
                        .map(d -> List.of(genuine.crypto().sealId(d.header()), d.stampHash()))
                        .distinct()
                        .count(),
                "deliveries",
                PROVIDER);
        twice(
                e.acknowledgements().stream()
                        .map(Evidence.Acknowledgement::sealId)
                        .distinct()
                        .count(),
                "receipts",
                CUSTOMER);
        twice(
                e.deposits().stream().map(Evidence.Deposit::deal).distinct().count(),
                "notices of a deposit",
                CUSTOMER);
    }

    private void twice(long count, String what, Party party) {
        if (count > 1) {
            blame(
                    Proven.EQUIVOCATION,
                    "The "
                            + party.title()
                            + " signed "
                            + count
                            + " different "
                            + what
                            + " for one exchange, which has one. To blame: "
                            + party.the()
                            + " "
                            + party.id(order())
                            + ".",
                    "signatures of " + party.the(),
                    party);
        }
    }
}
