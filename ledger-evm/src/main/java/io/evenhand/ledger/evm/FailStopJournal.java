package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A journal that refuses everything after its first failure. A write that failed may have been
/// kept all the same: going on with what is in memory could sign a second time under another nonce.
/// A restart reads what was really kept.
final class FailStopJournal implements TransactionJournal {
    private final TransactionJournal journal;
    private boolean failed;

    FailStopJournal(TransactionJournal journal) {
        this.journal = journal;
    }

    @Override
    public void save(TransactionRecord transaction) {
        boolean _ =
                guarded(() -> {
                    journal.save(transaction);
                    return true;
                });
    }

    @Override
    public void update(TransactionRecord transaction) {
        boolean _ =
                guarded(() -> {
                    journal.update(transaction);
                    return true;
                });
    }

    @Override
    public void note(TransactionRecord transaction) {
        boolean _ =
                guarded(() -> {
                    journal.note(transaction);
                    return true;
                });
    }

    @Override
    public List<TransactionRecord> pending(long chainId, Address account) {
        return guarded(() -> journal.pending(chainId, account));
    }

    @Override
    public List<TransactionRecord> finished(long chainId, Address account, int most) {
        return guarded(() -> journal.finished(chainId, account, most));
    }

    @Override
    public Optional<TransactionRecord> find(String key) {
        return guarded(() -> journal.find(key));
    }

    private synchronized <T> T guarded(Supplier<T> work) {
        if (failed) {
            throw new IllegalStateException(
                    "the journal of transactions has failed: nothing is sent until a restart");
        }
        failed = true;
        T result = work.get();
        failed = false;
        return result;
    }
}
