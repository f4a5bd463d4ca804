package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.text.ShortIds;
import io.evenhand.kit.text.Times;
import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.message.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A verdict told to somebody who never saw the software: the story in one paragraph, what the
/// evidence does not show, and what has to be assumed.
final class NarrativeReport {
    /// What all findings stand on.
    static final List<String> ASSUMPTIONS =
            List.of(
                    "Signatures (Ed25519, ECDSA) and SHA-256 cannot be forged, and each party kept"
                            + " its keys to itself: what is signed with a party's key is taken for"
                            + " the party's word.");

    private final Verdict verdict;
    private final Order order;

    private NarrativeReport(Verdict verdict) {
        this.verdict = verdict;
        this.order = verdict.order();
    }

    /// Who, what, when, how much, and how it ended.
    static String summary(Verdict verdict) {
        NarrativeReport account = new NarrativeReport(verdict);
        List<String> sentences = new ArrayList<>();
        sentences.add(account.agreement());
        account.course(sentences);
        sentences.add(account.end());
        account.blame(sentences);
        return String.join(" ", sentences);
    }

    /// What a reader might take for shown and is not.
    static List<String> notProven(Verdict verdict) {
        return new NarrativeReport(verdict).gaps();
    }

    private boolean has(Proven kind) {
        return verdict.proves(kind);
    }

    private String agreement() {
        String parties =
                "the customer (key "
                        + ShortIds.of(order.customer())
                        + ") and the provider (key "
                        + ShortIds.of(order.provider())
                        + ")";
        String what =
                ShortIds.quoted(order.service())
                        + " for a wage of "
                        + order.wage()
                        + " on chain "
                        + order.rail().chainId()
                        + ", delivered by "
                        + Times.utc(order.deadlines().tWork());
        if (has(Proven.AGREED)) {
            return capital(parties) + " agreed in writing: " + what + ".";
        }
        if (has(Proven.SIGNED)) {
            return "Between " + parties + " only one signature is shown, for: " + what + ".";
        }
        return capital(parties) + " are named in an order for " + what + "; no agreement is shown.";
    }

    private void course(List<String> sentences) {
        verdict.evidence()
                .policy()
                .ifPresent(policy ->
                        sentences.add(
                                "The work had to pass the test "
                                        + ShortIds.quoted(policy.text())
                                        + ", judged by a stamper (key "
                                        + ShortIds.of(order.stamper().key())
                                        + "). Its operator is, "
                                        + Conclusions.operator(order)
                                        + "."));
        if (order.stamper().isOnLoopback()) {
            sentences.add(
                    "The stamper had a loopback address, "
                            + order.stamper().endpoint()
                            + ": it ran on the machine of whoever called it, which is no third"
                            + " party's.");
        }
        if (has(Proven.STAMPED)) {
            sentences.add("The stamper certified that the sealed work passed.");
        }
        if (has(Proven.DELIVERED)) {
            sentences.add("The provider signed that it delivered the sealed work.");
        }
        if (has(Proven.ACKNOWLEDGED)) {
            sentences.add("The customer signed that it holds the sealed work whole.");
        }
        for (Finding finding : verdict.findings()) {
            if (finding.kind() == Proven.DEPOSITED
                    || finding.kind() == Proven.PAID
                    || finding.kind() == Proven.REFUNDED) {
                sentences.add(finding.sentence());
            }
        }
        if (has(Proven.FUNDED) && !has(Proven.DEPOSITED)) {
            sentences.add("The customer signed that it deposited the wage.");
        }
    }

    private String end() {
        return switch (verdict.outcome()) {
            case UNKNOWN ->
                    has(Proven.CONTRADICTION)
                            ? "The parties contradict each other about the end."
                            : "Nothing in this evidence says how it ended.";
            case OPEN -> "By the word of the keeper it was not over when this was written.";
            case SETTLED, REFUNDED, ABORTED, LOST, EXPIRED -> {
                boolean chain = has(Proven.PAID) || has(Proven.REFUNDED);
                yield "The outcome: "
                        + verdict.outcome().text()
                        + (chain
                                ? ", provided that the chain holds what is said of it."
                                : "; that is the word of " + speakers() + reasons() + ".");
            }
        };
    }

    private String speakers() {
        return verdict.evidence().endings().stream()
                .map(ended -> Party.of(order, ended.by()).orElseThrow().the())
                .distinct()
                .collect(Collectors.joining(" and "));
    }

    private String reasons() {
        String reasons =
                verdict.evidence().endings().stream()
                        .map(ended -> ended.ending().reason())
                        .filter(reason -> !reason.isEmpty())
                        .distinct()
                        .map(ShortIds::quoted)
                        .collect(Collectors.joining(", "));
        return reasons.isEmpty() ? "" : ", which gives as reason: " + reasons;
    }

    private void blame(List<String> sentences) {
        List<String> blamed =
                verdict.findings().stream()
                        .flatMap(finding -> finding.blame().stream())
                        .distinct()
                        .sorted()
                        .map(title -> "the " + title)
                        .toList();
        if (!blamed.isEmpty()) {
            sentences.add(
                    "The evidence shows a fault of "
                            + String.join(" and of ", blamed)
                            + "; see what is proven.");
        }
    }

    private List<String> gaps() {
        List<String> gaps = new ArrayList<>();
        gaps.add(
                "Who the persons behind the keys are. A key is a number; what ties it to a person"
                        + " must be shown by other means.");
        gaps.add("Who runs the stamper's machine. That is the provider's own word in the Terms.");
        sameKey(gaps, order.customer(), order.provider(), "customer and provider");
        sameKey(gaps, order.customer(), order.stamper().key(), "customer and stamper");
        sameKey(gaps, order.provider(), order.stamper().key(), "provider and stamper");
        if (!verdict.evidence().equals(bare())) {
            gaps.add(
                    "When the documents were signed. Signatures carry no time; only blocks of the"
                            + " chain do.");
        }
        delivery(gaps);
        if (!has(Proven.DEPOSITED)) {
            gaps.add(
                    "Whether a deposit reached the escrow contract. This evidence does not show that"
                            + " it did, nor that it did not.");
        }
        if (!has(Proven.PAID)) {
            gaps.add(
                    "Whether the provider was paid. This evidence does not show that it was, nor"
                            + " that it was not.");
        }
        if (has(Proven.ENDED)) {
            gaps.add(
                    "That the end and its reason are as a party says. A party's account of the end"
                            + " is its own word.");
        }
        return gaps;
    }

    /// One party in two parts vouches for itself.
    private static void sameKey(List<String> gaps, PartyId one, PartyId other, String parts) {
        if (one.equals(other)) {
            gaps.add(
                    "Anything between "
                            + parts
                            + ". Both have the same key: one party signed in both parts.");
        }
    }

    private Evidence bare() {
        return EvidenceCollector.nothingAgreed(
                verdict.evidence().keeper(), verdict.evidence().endings());
    }

    private void delivery(List<String> gaps) {
        boolean judged = has(Proven.WORK_PASSES) || has(Proven.WORK_FAILS);
        if (!has(Proven.DELIVERED) && !has(Proven.BAD_DELIVERY)) {
            gaps.add(
                    "Whether work was delivered. This evidence does not show that it was, nor that"
                            + " it was not.");
        } else if (!has(Proven.ACKNOWLEDGED)) {
            gaps.add(
                    "That the sealed work reached the customer. The provider says that it delivered"
                            + " it; the customer's receipt is not here.");
        }
        if (has(Proven.STAMPED) && !judged) {
            gaps.add(
                    "That the work really passes the test. The stamper says so; the work itself was"
                            + " not handed in and not judged here (--work).");
        }
        if (has(Proven.STAMPED) || judged) {
            gaps.add("That the work is good in any other sense than that of the agreed test.");
        }
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
