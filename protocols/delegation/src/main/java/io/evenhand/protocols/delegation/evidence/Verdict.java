package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.evidence.Conclusion;
import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The deterministic, offline conclusion from the evidence of one exchange: parties and strangers
/// run the same code.
///
/// One wrong signature or field refuses a bundle whole. What is missing proves nothing; it never
/// proves the opposite.
///
/// @param evidence all documents that were handed in about this exchange, in one
/// @param xid unless there were no Terms
/// @param findings what is proven
public record Verdict(
        Evidence evidence, Optional<Xid> xid, Order order, Outcome outcome, List<Finding> findings)
        implements Conclusion {
    public Verdict {
        findings = List.copyOf(findings);
    }

    @Override
    public Bytes32 exchange() {
        return order.customerNonce();
    }

    @Override
    public PartyId keeper() {
        return evidence.keeper();
    }

    @Override
    public Map<String, PartyId> parts() {
        Map<String, PartyId> parts = new LinkedHashMap<>();
        for (Party party : Party.values()) {
            parts.put(party.title(), party.id(order));
        }
        return parts;
    }

    @Override
    public String summary() {
        return NarrativeReport.summary(this);
    }

    @Override
    public List<String> notProven() {
        return NarrativeReport.notProven(this);
    }

    @Override
    public List<String> assumptions() {
        return NarrativeReport.ASSUMPTIONS;
    }

    /// Checks everything in `evidence` and says what it proves.
    ///
    /// @throws MalformedException naming the first entry that does not hold
    public static Verdict of(Crypto crypto, Evidence evidence) {
        return all(crypto, List.of(evidence), Optional.empty()).getFirst();
    }

    /// Checks several bundles and says what they prove together: one verdict for each exchange.
    ///
    /// @param inspection of the sealed work, where it was handed in too
    /// @throws MalformedException naming the first entry that does not hold
    public static List<Verdict> all(
            Crypto crypto, List<Evidence> bundles, Optional<Inspection> inspection) {
        bundles.forEach(bundle -> check(crypto, bundle));
        List<Verdict> verdicts = new ArrayList<>();
        for (Evidence evidence : Merge.byExchange(crypto, bundles)) {
            verdicts.add(conclude(crypto, evidence, inspection));
        }
        return Equivocations.add(verdicts);
    }

    /// This verdict with more findings.
    public Verdict with(List<Finding> more) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(more);
        return new Verdict(evidence, xid, order, outcome, all);
    }

    @Override
    public Verdict without(List<Finding> denied) {
        List<Finding> left = findings.stream().filter(one -> !denied.contains(one)).toList();
        return new Verdict(evidence, xid, order, outcome(left, evidence), left);
    }

    /// The seal that the provider delivered as agreed, if the evidence shows one.
    public Optional<SealHeader> delivered(Crypto crypto) {
        return genuine(crypto).stream()
                .flatMap(genuine ->
                        evidence.deliveries().stream()
                                .filter(each -> genuine.wrong(each).isEmpty())
                                .map(Evidence.Delivery::header))
                .findFirst();
    }

    /// The published secret of the work key. A key of any other lock opens no work of this
    /// exchange, and shows nothing about who sealed it (D12).
    public Optional<RevealedKey> published(Crypto crypto) {
        return genuine(crypto).stream()
                .flatMap(genuine ->
                        evidence.observations().stream()
                                .flatMap(each -> each.observation().key().stream())
                                .filter(key ->
                                        crypto.opens(crypto.lock(genuine.terms().workKey()), key)))
                .findFirst();
    }

    private Optional<DocumentChecks> genuine(Crypto crypto) {
        return evidence.terms().map(terms -> new DocumentChecks(crypto, terms, crypto.xid(terms)));
    }

    private static Verdict conclude(
            Crypto crypto, Evidence evidence, Optional<Inspection> inspection) {
        if (evidence.terms().isEmpty()) {
            List<Finding> findings = MoneyConclusions.endings(evidence.endings());
            Order order = evidence.endings().getFirst().ending().order();
            return new Verdict(
                    evidence, Optional.empty(), order, outcome(findings, evidence), findings);
        }
        Terms terms = evidence.terms().get();
        Xid xid = crypto.xid(terms);
        DocumentChecks genuine = new DocumentChecks(crypto, terms, xid);
        List<Finding> findings = Conclusions.of(genuine, evidence, inspection);
        return new Verdict(
                evidence, Optional.of(xid), terms.order(), outcome(findings, evidence), findings);
    }

    /// The chain decides; where it is silent, what the parties say, if they agree.
    private static Outcome outcome(List<Finding> findings, Evidence evidence) {
        boolean contradiction = findings.stream().anyMatch(c -> c.kind() == Proven.CONTRADICTION);
        boolean paid = findings.stream().anyMatch(c -> c.kind() == Proven.PAID);
        boolean refunded = findings.stream().anyMatch(c -> c.kind() == Proven.REFUNDED);
        if (paid != refunded) {
            return paid ? Outcome.SETTLED : Outcome.REFUNDED;
        }
        if (paid || contradiction) {
            return Outcome.UNKNOWN;
        }
        Outcome said = Outcome.UNKNOWN;
        for (Evidence.Ended ended : evidence.endings()) {
            Outcome next = ended.ending().outcome();
            boolean stronger =
                    said == Outcome.UNKNOWN || said == Outcome.OPEN || said == Outcome.EXPIRED;
            if (stronger && next != Outcome.UNKNOWN) {
                said = next == Outcome.OPEN && said == Outcome.EXPIRED ? said : next;
            }
        }
        return said;
    }

    /// Every document of one bundle, one after the other.
    private static void check(Crypto crypto, Evidence e) {
        if (e.terms().isEmpty()) {
            require(onlyEndings(e), "terms: missing, and there is more than an ending");
            e.endings()
                    .forEach(ended -> {
                        DocumentChecks.require(DocumentChecks.ending(crypto, ended));
                        require(ended.by().equals(e.keeper()), "ending: not by the keeper");
                        require(
                                ended.ending().xid().isEmpty(),
                                "terms: missing, and an ending names them");
                    });
            require(e.endings().size() == 1, "ending: there must be one, by the keeper");
            return;
        }
        Terms terms = e.terms().get();
        DocumentChecks.require(DocumentChecks.terms(crypto, terms));
        require(
                Party.of(terms.order(), e.keeper()).isPresent(),
                "keeper: not a party of the Terms");
        DocumentChecks genuine = new DocumentChecks(crypto, terms, crypto.xid(terms));
        e.policy().ifPresent(p -> DocumentChecks.require(genuine.policy(p)));
        e.customer().ifPresent(s -> DocumentChecks.require(genuine.customer(s)));
        e.provider().ifPresent(s -> DocumentChecks.require(genuine.provider(s)));
        e.possession().ifPresent(s -> DocumentChecks.require(genuine.possession(s)));
        e.ready().ifPresent(s -> DocumentChecks.require(genuine.ready(s)));
        e.stamps().forEach(s -> DocumentChecks.require(genuine.stamp(s)));
        e.deliveries().forEach(d -> DocumentChecks.require(genuine.delivery(d)));
        e.acknowledgements().forEach(a -> DocumentChecks.require(genuine.acknowledgement(a)));
        e.deposits().forEach(d -> DocumentChecks.require(genuine.deposit(d)));
        e.observations().forEach(o -> DocumentChecks.require(genuine.observation(o, e.deposits())));
        e.endings().forEach(ended -> DocumentChecks.require(genuine.ending(ended)));
        oneStory(e);
    }

    /// One party says one thing about a deal and one about the end.
    private static void oneStory(Evidence e) {
        Map<List<Object>, Set<Observation.Kind>> seen = new HashMap<>();
        for (Evidence.Observed observed : e.observations()) {
            Observation o = observed.observation();
            Set<Observation.Kind> kinds =
                    seen.computeIfAbsent(
                            List.of(observed.by(), o.dealId()),
                            _ -> EnumSet.noneOf(Observation.Kind.class));
            require(kinds.add(o.kind()), "observation: a second " + o.kind());
            require(
                    !kinds.containsAll(
                            EnumSet.of(Observation.Kind.CLAIMED, Observation.Kind.REFUNDED)),
                    "observation: claimed and refunded");
        }
        Set<PartyId> ended = new HashSet<>();
        for (Evidence.Ended each : e.endings()) {
            require(ended.add(each.by()), "ending: a second one by the same party");
        }
    }

    private static boolean onlyEndings(Evidence e) {
        return e.policy().isEmpty()
                && e.customer().isEmpty()
                && e.provider().isEmpty()
                && e.possession().isEmpty()
                && e.ready().isEmpty()
                && e.stamps().isEmpty()
                && e.deliveries().isEmpty()
                && e.acknowledgements().isEmpty()
                && e.deposits().isEmpty()
                && e.observations().isEmpty();
    }

    private static void require(boolean holds, String entry) {
        DocumentChecks.require(holds ? Optional.empty() : Optional.of(entry));
    }
}
