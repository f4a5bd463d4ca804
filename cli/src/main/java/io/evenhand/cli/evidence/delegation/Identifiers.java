package io.evenhand.cli.evidence.delegation;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.text.Times;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Observation;
import io.evenhand.protocols.delegation.evidence.Verdict;
import io.evenhand.protocols.delegation.message.Order;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Keys, hashes and transactions of an exchange, whole, for experts.
final class Identifiers {
    private Identifiers() {}

    static Map<String, String> of(Verdict verdict) {
        Map<String, String> all = new LinkedHashMap<>();
        Order order = verdict.order();
        Evidence e = verdict.evidence();
        all.put("exchange", verdict.exchange().toString());
        verdict.xid().ifPresent(xid -> all.put("hash of its Terms (xid)", xid.toString()));
        all.put("customer key (Ed25519)", order.customer().toString());
        all.put("provider key (Ed25519)", order.provider().toString());
        all.put("stamper key (Ed25519)", order.stamper().key().toString());
        all.put(
                "stamper",
                order.stamper().profile()
                        + ", "
                        + order.stamper().endpoint()
                        + ", operator by the provider's own word: "
                        + order.stamper().operator().name().toLowerCase(Locale.ROOT));
        e.terms()
                .ifPresent(terms -> {
                    all.put("stamp key (secp256k1)", terms.stampKey().toString());
                    all.put("work key (secp256k1)", terms.workKey().toString());
                });
        all.put("wage", order.wage().value() + " wei");
        all.put("policy commitment", order.policyHash().toString());
        all.put("input commitment", order.inputHash() + " (" + order.inputBytes() + " bytes)");
        all.put("hidden data commitment", order.hiddenCommit().toString());
        all.put("pre-shared secret, name", order.pskId().toString());
        all.put("chain id", Long.toString(order.rail().chainId()));
        all.put("escrow contract", order.rail().contract().toString());
        all.put("escrow code (keccak-256)", "0x" + order.rail().codeHash());
        seals(e, all);
        for (int i = 0; i < e.deposits().size(); i++) {
            deal(order.rail(), e.deposits().get(i).deal(), suffix(i), all);
        }
        chain(e, all);
        return all;
    }

    private static String suffix(int index) {
        return index == 0 ? "" : " " + (index + 1);
    }

    private static void seals(Evidence e, Map<String, String> all) {
        for (int i = 0; i < e.stamps().size(); i++) {
            all.put("stamped seal" + suffix(i), e.stamps().get(i).stamp().sealId().toString());
        }
        for (int i = 0; i < e.deliveries().size(); i++) {
            Evidence.Delivery delivery = e.deliveries().get(i);
            all.put("delivered seal" + suffix(i), delivery.header().sealId().toString());
            all.put("delivered stamp (hash)" + suffix(i), delivery.stampHash().toString());
            all.put("ciphertext root" + suffix(i), delivery.header().root().toString());
        }
    }

    private static void deal(Rail rail, Deal deal, String suffix, Map<String, String> all) {
        all.put("deal" + suffix, "0x" + DealHash.of(rail, deal));
        all.put("deal amount" + suffix, deal.amount().value() + " wei");
        all.put("deal payer" + suffix, deal.payer().toString());
        all.put("deal payee" + suffix, deal.payee().toString());
        all.put("deal claim by" + suffix, deal.claimBy() + " (" + Times.utc(deal.claimBy()) + ")");
        all.put("deal salt" + suffix, "0x" + deal.salt());
        all.put("deal lock" + suffix, deal.lock().a1() + " " + deal.lock().a2());
    }

    private static void chain(Evidence e, Map<String, String> all) {
        for (Evidence.Observed observed : e.observations()) {
            Observation seen = observed.observation();
            String kind = seen.kind().name().toLowerCase(Locale.ROOT);
            all.put(kind + " in transaction", "0x" + seen.transaction());
            all.put(kind + " in block", seen.blockNumber() + ", 0x" + seen.block());
            seen.key().ifPresent(key -> all.put("published key", "0x" + key.scalar()));
        }
    }
}
