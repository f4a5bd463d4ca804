package io.evenhand.cli.command;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.DealHash;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// A deal with the fields that the contract takes, for other clients.
public final class DealFields {
    private DealFields() {}

    public static Map<String, Object> of(Rail rail, Deal deal) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("chainId", rail.chainId());
        fields.put("contract", rail.contract().toString());
        fields.put("dealId", "0x" + DealHash.of(rail, deal));
        fields.put("payer", deal.payer().toString());
        fields.put("payee", deal.payee().toString());
        fields.put("token", deal.token().toString());
        fields.put("amount", deal.amount());
        fields.put("claimBy", Instant.ofEpochSecond(deal.claimBy()));
        fields.put("salt", "0x" + deal.salt());
        fields.put("lockKind", deal.lockKind());
        fields.put("a1", deal.lock().a1().toString());
        fields.put("a2", deal.lock().a2().toString());
        fields.put("termsHash", "0x" + deal.termsHash());
        return fields;
    }
}
