package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds transactions of one account that were final until a reorg deeper than finality took them
/// back. The stated assumptions do not cover that; what still helps is done all the same.
final class ReorgedTransactions {
    /// Finished transactions looked at, the newest ones.
    private static final int MOST = 1_000;

    private final ChainWatcher watcher;
    private final TransactionJournal journal;
    private final TransactionManager.Scruple scruple;
    private final long chainId;
    private final Address account;
    private final Map<String, Intent> all = new LinkedHashMap<>();
    private Optional<Header> lastFinal = Optional.empty();

    ReorgedTransactions(
            ChainWatcher watcher,
            TransactionJournal journal,
            TransactionManager.Scruple scruple,
            long chainId,
            Address account) {
        this.watcher = watcher;
        this.journal = journal;
        this.scruple = scruple;
        this.chainId = chainId;
        this.account = account;
    }

    List<Intent> all() {
        return List.copyOf(all.values());
    }

    /// What is to be followed again, in the order of nonces. Looks closely only after a start and
    /// when a final block is gone; an endpoint in trouble is asked at the next snapshot.
    List<TransactionRecord> look(ChainSnapshot chain) {
        if (chain.chainId() != chainId || lastFinal.filter(chain.finalized()::equals).isPresent()) {
            return List.of();
        }
        List<TransactionRecord> again = new ArrayList<>();
        try {
            if (lastFinal.isEmpty() || !isThere(lastFinal.get().number(), lastFinal.get(), chain)) {
                for (TransactionRecord record : journal.finished(chainId, account, MOST)) {
                    if (isUndone(record, chain)
                            && scruple.isOfUse(record.intent(), chain.time().head())) {
                        again.add(record);
                    }
                }
            }
        } catch (LedgerException e) {
            return List.of();
        }
        lastFinal = Optional.of(chain.finalized());
        return again.stream().map(this::pending).sorted(byNonce()).toList();
    }

    private boolean isThere(long number, Header block, ChainSnapshot chain) {
        return number <= chain.tip().number() && watcher.isCanonical(number, block.hash());
    }

    /// An opening that the contract refused stays refused: nothing is deposited by surprise.
    private boolean isUndone(TransactionRecord record, ChainSnapshot chain) {
        TransactionStatus.Receipt receipt = record.status().inBlock().orElseThrow();
        boolean old = receipt.block() + HeaderChain.WINDOW < chain.finalized().number();
        boolean refused = !receipt.succeeded() && !record.intent().isFree();
        return !old && !refused && !watcher.isCanonical(receipt.block(), receipt.blockHash());
    }

    private TransactionRecord pending(TransactionRecord record) {
        TransactionRecord again =
                record.with(
                        new TransactionStatus.Pending(
                                "it was final, and its block was taken back"));
        journal.update(again);
        all.put(again.intent().key(), again.intent());
        return again;
    }

    private static Comparator<TransactionRecord> byNonce() {
        return Comparator.comparingLong(record -> record.attempts().getLast().nonce());
    }
}
