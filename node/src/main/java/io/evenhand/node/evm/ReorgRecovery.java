package io.evenhand.node.evm;

import io.evenhand.kit.deal.Rail;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.EscrowCalls;
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
    private final Rail rail;
    private final Escrow escrow;
    private final TransactionManager transactions;
    private final EventSink events;
    private final Set<String> told = new HashSet<>();

    ReorgRecovery(Rail rail, Escrow escrow, TransactionManager transactions, EventSink events) {
        this.rail = rail;
        this.escrow = escrow;
        this.transactions = transactions;
        this.events = events;
    }

    void look(ChainSnapshot chain) {
        if (!chain.answering()) {
            return;
        }
        for (Intent call : transactions.undone()) {
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

    /// 10b: an opening is never made anew.
    private void retry(Intent call, ChainSnapshot chain) {
        boolean refused =
                transactions
                        .find(call.key())
                        .map(TransactionRecord::status)
                        .filter(TransactionStatus.Failed.class::isInstance)
                        .isPresent();
        boolean ends = call.to().filter(rail.contract()::equals).isPresent() && call.isFree();
        if (refused
                && ends
                && EscrowCalls.isDue(call, chain.time().head())
                && escrow.isOpen(rail, call)) {
            TransactionStatus _ = transactions.retry(call);
        }
    }
}
