package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.machine.Refusal;
import io.evenhand.kit.text.ShortIds;
import io.evenhand.kit.text.Times;
import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.message.Order;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What follows about the deposit and the end. What happened on a chain is one party's word until a
/// node is asked: every such claim says so.
final class MoneyConclusions {
    private final DocumentChecks genuine;
    private final Evidence e;
    private final List<Finding> findings = new ArrayList<>();

    private MoneyConclusions(DocumentChecks genuine, Evidence evidence) {
        this.genuine = genuine;
        this.e = evidence;
    }

    static List<Finding> of(DocumentChecks genuine, Evidence evidence) {
        MoneyConclusions conclusions = new MoneyConclusions(genuine, evidence);
        conclusions.deposits();
        conclusions.observations();
        conclusions.findings.addAll(endings(evidence.endings()));
        return conclusions.findings;
    }

    private Order order() {
        return genuine.terms().order();
    }

    private void deposits() {
        for (Evidence.Deposit deposit : e.deposits()) {
            Deal deal = deposit.deal();
            Optional<String> fault = fault(deal);
            String dealId = ShortIds.of(genuine.crypto().dealId(order().rail(), deal));
            if (fault.isEmpty()) {
                add(
                        Proven.FUNDED,
                        "The customer says that it deposited "
                                + deal.amount()
                                + " in deal "
                                + dealId
                                + ", as the Terms ask.",
                        "signature of the customer",
                        "");
            } else {
                findings.add(
                        Finding.blaming(
                                Proven.BAD_DEPOSIT,
                                "The customer signed notice of deal "
                                        + dealId
                                        + ", and that is not the deposit agreed: "
                                        + fault.get()
                                        + ". To blame: the customer "
                                        + order().customer()
                                        + ".",
                                "signature of the customer",
                                Party.titles(Party.CUSTOMER)));
            }
        }
    }

    private void observations() {
        Map<Observation, Set<Party>> witnesses = new LinkedHashMap<>();
        for (Evidence.Observed observed : e.observations()) {
            Party by = Party.of(order(), observed.by()).orElseThrow();
            witnesses.computeIfAbsent(observed.observation(), _ -> new LinkedHashSet<>()).add(by);
        }
        witnesses.forEach(this::seen);
        contradiction(witnesses.keySet());
    }

    private void seen(Observation seen, Set<Party> witnesses) {
        Deal deal = genuine.deal(seen, e.deposits()).orElseThrow();
        String who = witnesses.stream().map(Party::the).collect(Collectors.joining(" and "));
        String basis = "observation signed by " + who;
        String provided =
                "block "
                        + seen.block()
                        + " is on chain "
                        + order().rail().chainId()
                        + " and holds this transaction, as "
                        + who
                        + (witnesses.size() == 1 ? " says" : " say");
        String at = " on " + Times.utc(seen.blockTime()) + " by the block's clock";
        if (fault(deal).isPresent()) {
            findings.add(other(seen, deal, at, basis, provided));
            return;
        }
        switch (seen.kind()) {
            case OPENED ->
                    chain(
                            Proven.DEPOSITED,
                            deal.amount()
                                    + " were put into the escrow contract"
                                    + at
                                    + (seen.blockTime() > order().deadlines().tFund()
                                            ? ", after the last moment agreed, "
                                                    + Times.utc(order().deadlines().tFund())
                                                    + "."
                                            : ", in time."),
                            basis,
                            provided,
                            seen);
            case REFUNDED ->
                    chain(
                            Proven.REFUNDED,
                            deal.amount() + " went back to the customer" + at + ".",
                            basis,
                            provided,
                            seen);
            case CLAIMED -> {
                if (e.provider().isEmpty()) {
                    // D-I9: who writes Terms alone can name any account as the provider's.
                    return;
                }
                add(
                        Proven.KEY_PUBLISHED,
                        "The key in this evidence opens the lock of the deposit, so whoever has the"
                                + " sealed work and the pre-shared secret can read the work.",
                        "computed here",
                        "");
                chain(
                        Proven.PAID,
                        deal.amount()
                                + " went to the provider's account "
                                + deal.payee()
                                + at
                                + ".",
                        basis,
                        provided,
                        seen);
            }
        }
    }

    /// D-I9: a deal that is not the agreed one may pay anybody against any key. What became of it
    /// says nothing of the wage, nor of the work.
    private static Finding other(
            Observation seen, Deal deal, String at, String basis, String provided) {
        String moved =
                switch (seen.kind()) {
                    case OPENED -> " were put into";
                    case CLAIMED -> " went to the account " + deal.payee() + " out of";
                    case REFUNDED -> " went back to the account " + deal.payer() + " out of";
                };
        return Finding.seen(
                Proven.BAD_DEPOSIT,
                deal.amount()
                        + moved
                        + " deal "
                        + ShortIds.of(seen.dealId())
                        + at
                        + ". It is not the deposit agreed, so this is no payment of the wage.",
                basis,
                provided,
                seen);
    }

    private Optional<String> fault(Deal deal) {
        return Expected.dealFault(genuine.crypto(), genuine.terms(), genuine.xid(), deal)
                .map(Refusal::line);
    }

    /// A deal is opened once, and then claimed or refunded.
    private void contradiction(Set<Observation> seen) {
        Set<List<Object>> ends = new LinkedHashSet<>();
        boolean twice = false;
        for (Observation each : seen) {
            boolean opened = each.kind() == Observation.Kind.OPENED;
            twice |= !ends.add(List.of(each.dealId(), opened));
        }
        if (twice) {
            add(
                    Proven.CONTRADICTION,
                    "The parties signed accounts of the chain that cannot both be true; one of them"
                            + " says what did not happen. A node of the chain can tell which"
                            + " (--rpc).",
                    "observations signed by the parties",
                    "");
        }
    }

    /// What the parties say about the end; also without Terms.
    static List<Finding> endings(List<Evidence.Ended> endings) {
        List<Finding> findings = new ArrayList<>();
        Set<Outcome> said = EnumSet.noneOf(Outcome.class);
        for (Evidence.Ended ended : endings) {
            Ending ending = ended.ending();
            Party by = party(ending.order(), ended.by());
            boolean over = ending.outcome() != Outcome.OPEN;
            findings.add(
                    Finding.blaming(
                            Proven.ENDED,
                            "The "
                                    + by.title()
                                    + " says that the exchange "
                                    + (over ? "ended for it: " : "is, for it, ")
                                    + ending.outcome().text()
                                    + (ending.reason().isEmpty()
                                            ? ""
                                            : " (" + ShortIds.quoted(ending.reason()) + ")")
                                    + "; on "
                                    + Times.utc(ending.at())
                                    + " by its own clock.",
                            "signature of " + by.the(),
                            List.of()));
            if (over && by != Party.STAMPER) {
                said.add(ending.outcome() == Outcome.LOST ? Outcome.REFUNDED : ending.outcome());
            }
        }
        if (said.size() > 1) {
            findings.add(
                    Finding.blaming(
                            Proven.CONTRADICTION,
                            "What the parties say about the end does not agree.",
                            "signatures of the parties",
                            List.of()));
        }
        return findings;
    }

    private static Party party(Order order, PartyId by) {
        return Party.of(order, by).orElseThrow();
    }

    private void chain(
            Proven kind, String sentence, String basis, String provided, Observation seen) {
        findings.add(Finding.seen(kind, sentence, basis, provided, seen));
    }

    private void add(Proven kind, String sentence, String basis, String provided) {
        findings.add(Finding.of(kind, sentence, basis, provided));
    }
}
