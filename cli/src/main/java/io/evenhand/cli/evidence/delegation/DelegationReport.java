package io.evenhand.cli.evidence.delegation;

import io.evenhand.cli.evidence.ChainCheck;
import io.evenhand.cli.evidence.EvidenceReport;
import io.evenhand.kit.evidence.EvidenceFormat;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.text.Times;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.node.delegation.WorkFolder;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Inspection;
import io.evenhand.protocols.delegation.evidence.Verdict;
import io.evenhand.protocols.delegation.message.Order;
import java.io.IOException;
import java.nio.file.Path;
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
        if (work.isPresent()) {
            Inspection seen = WorkCheck.of(crypto, WorkFolder.read(work.get()), verdicts);
            verdicts = Verdict.all(crypto, documents, Optional.of(seen));
        }
        return verdicts.stream().map(Delegation::new).toList();
    }

    /// One delegation.
    record Delegation(Verdict conclusion) implements Exchange {
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
            return rows;
        }

        @Override
        public Map<String, String> identifiers() {
            return Identifiers.of(conclusion);
        }
    }
}
