package io.evenhand.demo.delegation.stage;

import io.evenhand.demo.stage.StepText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The steps of the paper, in words.
public final class DelegationText implements StepText {
    /// One run from the stamp key to the claim.
    private static final List<String> STEPS =
            List.of(
                    "message AskStampKey",
                    "message StampKeyMade",
                    "message Offer",
                    "message Accept",
                    "message Provision",
                    "message Ready",
                    "message Start",
                    "began DoWork",
                    "message Try",
                    "began Judge",
                    "ended Judge",
                    "message Verdict",
                    "ended SealWork",
                    "message Deliver",
                    "ended FetchWork",
                    "message Ack",
                    "message Funded",
                    "state Confirming",
                    "state Revealing",
                    "sent claim",
                    "included claim",
                    "final claim");

    @Override
    public Map<String, String> order() {
        Map<String, String> order = new HashMap<>();
        for (int i = 1; i < STEPS.size(); i++) {
            order.put(STEPS.get(i), STEPS.get(i - 1));
        }
        order.put("sent open", "ended FetchWork");
        order.put("included open", "sent open");
        order.put("final open", "included open");
        order.put("ended OpenWork", "sent claim");
        return order;
    }

    @Override
    public String message(String name) {
        return switch (name) {
            case "AskStampKey" -> "asks for a stamp key";
            case "StampKeyMade" -> "stamp key pk_c, made inside, with evidence";
            case "Offer" -> "Offer (paper 0): order, wage, deadlines, policy";
            case "Accept" -> "Accept: Terms signed, proof of pk_sp";
            case "Provision" -> "Provision (paper 1, 2): policy, hidden labels, psk";
            case "Ready" -> "Ready: all as committed";
            case "Start" -> "Start (paper 2): customer's signature, Ready, psk";
            case "Try" -> "Try (paper 5): the work and the seed";
            case "Verdict" -> "Verdict";
            case "Deliver" -> "Deliver (paper 6): sealed work and stamp";
            case "Ack" -> "Ack (paper 7): every byte is here and as stamped";
            case "Refuse" -> "says no";
            case "Funded" -> "Funded (paper 8): the deal and its fields";
            default -> name;
        };
    }

    @Override
    public String started(String party, String job) {
        return switch (job) {
            case "DoWork" -> "     " + party + " works (paper 3) ...";
            case "Judge" -> "     " + party + " judges the work against the hidden labels ...";
            default -> "";
        };
    }

    @Override
    public String ended(String party, String job, String outcome) {
        return switch (job) {
            case "Judge" -> "     " + party + ": policy " + outcome;
            case "SealWork" ->
                    "T6   "
                            + party
                            + " sealed the work itself and compares with the stamp (paper 4, D1)";
            case "FetchWork" -> "T7   " + party + " holds every chunk, verified and flushed (D16)";
            case "OpenWork" ->
                    "T12  "
                            + party
                            + " opens the work with the published key (paper 11): "
                            + outcome;
            default -> "";
        };
    }

    @Override
    public String entered(String party, String state) {
        return switch (state) {
            case "Confirming" ->
                    "T10  "
                            + party
                            + " checks the deposit (paper 9) and waits until it is final (D10)";
            case "Revealing" -> "T11  " + party + " shows its key (paper 10)";
            case "Refunding" -> "T13  " + party + " takes the wage back";
            default -> "";
        };
    }
}
