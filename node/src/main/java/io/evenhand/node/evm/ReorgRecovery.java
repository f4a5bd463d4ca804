package io.evenhand.node.evm;

import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionRecord;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.node.EventSink;
import java.util.HashSet;
import java.util.Set;

/// Looks after transactions that a reorg deeper than finality took out of the chain: their
/// exchanges may be over and watch nothing any more. Reports that they are sent again. A
/// transaction that was refused because its deposit, or the time at which it is allowed, came back
/// later than itself is made anew.
final class ReorgRecovery {
    private final TransactionManager transactions;
    private final EventSink events;
    private final Contract contract;
    private final Set<String> told = new HashSet<>();

    ReorgRecovery(TransactionManager transactions, EventSink events, Contract contract) {
        this.transactions = transactions;
        this.events = events;
        this.contract = contract;
    }

    /// What is known of calls by whoever serves their contract.
    interface Contract {
        /// Whether to look after this call: somebody looks after each.
        boolean isOurs(Intent call);

        /// Whether the call ends something that is open at the newest block, and its time has come
        /// and is not over.
        ///
        /// @param head timestamp of the newest block, in seconds
        boolean canEnd(Intent call, long head);
    }

    void look(ChainSnapshot chain) {
        if (!chain.answering()) {
            return;
        }
        for (Intent call : transactions.undone()) {
            if (!contract.isOurs(call)) {
                continue;
            }
            if (told.add(call.key())) {
                events.trouble(
                        "transaction " + call.key() + " was final and was taken back: sent again");
            }
            try {
                retry(call, chain);
            } catch (LedgerException e) {
                events.trouble(String.valueOf(e.getMessage()));
            }
        }
    }

    private void retry(Intent call, ChainSnapshot chain) {
        boolean refused =
                transactions
                        .find(call.key())
                        .map(TransactionRecord::status)
                        .filter(TransactionStatus.Failed.class::isInstance)
                        .isPresent();
        if (refused && contract.canEnd(call, chain.time().head())) {
            TransactionStatus _ = transactions.retry(call);
        }
    }
}
