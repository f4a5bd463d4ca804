package io.evenhand.cli.delegation;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.Deposits.Deposit;
import io.evenhand.node.delegation.customer.CustomerAgent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// `evenhand refund --lost`: deposits that an old backup does not know.
record LostDeposits(Shell shell, KeyOptions keys, boolean patient) {
    /// A refund that is not final by then is pursued by the next run.
    private static final Duration LIMIT = Duration.ofHours(1);

    int takeBack() throws IOException, InterruptedException {
        Screen screen = DelegationProtocol.screen(shell, true);
        try (CustomerAgent agent = OpenDelegations.agent(shell, keys, screen)) {
            agent.checkChain();
            List<Deposit> lost = agent.lostDeposits();
            Wei back = Wei.ZERO;
            int left = 0;
            for (Deposit deposit : lost) {
                if (isDue(agent, deposit)) {
                    agent.takeBack(deposit, LIMIT);
                    back = back.plus(deposit.amount());
                    tell("refunded", deposit, "came back");
                } else {
                    left++;
                    tell(
                            "open",
                            deposit,
                            "can be taken back from "
                                    + Instant.ofEpochSecond(deposit.claimBy())
                                    + " on: run it again then, or wait with --wait");
                }
            }
            return summary(lost.size(), left, back);
        }
    }

    /// R5: by the chain's own clock.
    private boolean isDue(CustomerAgent agent, Deposit deposit) throws InterruptedException {
        while (patient && agent.chainTime() < deposit.claimBy()) {
            TimeUnit.SECONDS.sleep(1);
        }
        return agent.chainTime() >= deposit.claimBy();
    }

    private void tell(String outcome, Deposit deposit, String text) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("outcome", outcome);
        fields.put("xid", deposit.xid().toString());
        fields.put("deal", "0x" + deposit.deal());
        fields.put("amount", deposit.amount());
        fields.put("claimBy", Instant.ofEpochSecond(deposit.claimBy()));
        shell.output()
                .event(
                        "deposit",
                        fields,
                        "exchange %s: %s %s"
                                .formatted(
                                        deposit.xid().toString().substring(0, 16),
                                        deposit.amount(),
                                        text));
    }

    private int summary(int found, int left, Wei back) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("found", found);
        fields.put("open", left);
        fields.put("back", back);
        shell.output()
                .summary(
                        fields,
                        found == 0
                                ? "no deposit of this account is unknown here"
                                : "%d found, %s came back, %d still to come"
                                        .formatted(found, back, left));
        return (left == 0 ? ExitCode.OK : ExitCode.FAILED).code();
    }
}
