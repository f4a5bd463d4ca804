package io.evenhand.cli.evidence.delegation;

import io.evenhand.cli.Units;
import io.evenhand.cli.evidence.ChainCheck;
import io.evenhand.cli.evidence.EvidenceReport;
import io.evenhand.kit.evidence.EvidenceFormat;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.text.Times;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.node.delegation.WorkFolder;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Inspection;
import io.evenhand.protocols.delegation.evidence.Verdict;
import io.evenhand.protocols.delegation.message.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `verify` says about a delegation.
public final class DelegationReport implements EvidenceReport<Evidence> {
    @Override
    public EvidenceFormat<Evidence> format() {
        return Evidence.FORMAT;
    }

    @Override
    public String about() {
        return "the delegation of work for a wage";
    }

    @Override
    public List<Delegation> exchanges(Crypto crypto, List<Evidence> documents, Optional<Path> work)
            throws IOException, InterruptedException {
        List<Verdict> verdicts = Verdict.all(crypto, documents, Optional.empty());
        Optional<Inspection> opened = Optional.empty();
        if (work.isPresent()) {
            opened = Optional.of(WorkCheck.of(crypto, WorkFolder.read(work.get()), verdicts));
            verdicts = Verdict.all(crypto, documents, opened);
        }
        List<Delegation> delegations = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            delegations.add(
                    new Delegation(
                            verdict,
                            verdict.delivered(crypto),
                            opened.filter(o -> verdict.xid().filter(o.xid()::equals).isPresent())));
        }
        return delegations;
    }

    /// One delegation.
    ///
    /// @param sealed what was delivered as agreed
    /// @param opened what was found in it, where the work was handed in
    record Delegation(Verdict conclusion, Optional<SealHeader> sealed, Optional<Inspection> opened)
            implements Exchange {
        @Override
        public ChainCheck check(JsonRpc node) {
            return EscrowCheck.of(node, conclusion);
        }

        @Override
        public Map<String, String> glance() {
            Order order = conclusion.order();
            Map<String, String> rows = new LinkedHashMap<>();
            rows.put("Work", "\"" + order.service() + "\"");
            rows.put(
                    "Wage",
                    order.wage()
                            + " ("
                            + order.wage().value()
                            + " wei, chain "
                            + order.rail().chainId()
                            + ")");
            rows.put("Work due by", Times.utc(order.deadlines().tWork()));
            rows.put("Deposit due by", Times.utc(order.deadlines().tFund()));
            rows.put("Policy", policy());
            sealed.ifPresent(header ->
                    rows.put(
                            "Delivered",
                            size(header.ciphertextLength())
                                    + ", sealed; its SHA-256 tree has the root "
                                    + header.root()));
            opened.filter(Inspection::opens)
                    .ifPresent(work ->
                            rows.put(
                                    "Work in it",
                                    size(work.bytes()) + ", SHA-256 " + work.sha256()));
            return rows;
        }

        private static String size(long bytes) {
            String shown = Units.showSize(bytes);
            return bytes < 1024 ? shown : shown + " (" + bytes + " bytes)";
        }

        private String policy() {
            return conclusion
                    .evidence()
                    .policy()
                    .map(policy -> PolicyWords.of(policy.text()))
                    .orElse("not in this evidence: the Terms name only its hash");
        }

        @Override
        public Map<String, String> identifiers() {
            return Identifiers.of(conclusion);
        }
    }
}
