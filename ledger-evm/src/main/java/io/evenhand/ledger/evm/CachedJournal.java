package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A journal whose records of late are in memory: each deal asks for its transactions at each
/// block. What was noted and is not flushed yet shows here alone.
final class CachedJournal implements TransactionJournal {
    /// Far more than are noted between two flushes.
    private static final int MOST = 4_096;

    private final TransactionJournal journal;
    private final Map<String, Optional<TransactionRecord>> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(
                        Map.Entry<String, Optional<TransactionRecord>> eldest) {
                    return size() > MOST;
                }
            };

    CachedJournal(TransactionJournal journal) {
        this.journal = journal;
    }

    @Override
    public synchronized void save(TransactionRecord transaction) {
        journal.save(transaction);
        keep(transaction);
    }

    @Override
    public synchronized void update(TransactionRecord transaction) {
        journal.update(transaction);
        keep(transaction);
    }

    @Override
    public synchronized void note(TransactionRecord transaction) {
        journal.note(transaction);
        keep(transaction);
    }

    private void keep(TransactionRecord transaction) {
        known.put(transaction.intent().key(), Optional.of(transaction));
    }

    @Override
    public List<TransactionRecord> pending(long chainId, Address account) {
        return journal.pending(chainId, account);
    }

    @Override
    public synchronized List<TransactionRecord> finished(long chainId, Address account, int most) {
        List<TransactionRecord> late =
                known.values().stream()
                        .flatMap(Optional::stream)
                        .filter(r -> r.chainId() == chainId && r.account().equals(account))
                        .filter(r -> r.status().isFinished())
                        .toList();
        Map<String, TransactionRecord> all = new LinkedHashMap<>();
        Stream.concat(late.reversed().stream(), journal.finished(chainId, account, most).stream())
                .forEach(record -> all.putIfAbsent(record.intent().key(), record));
        return new ArrayList<>(all.values()).stream().limit(most).toList();
    }

    @Override
    public synchronized Optional<TransactionRecord> find(String key) {
        Optional<TransactionRecord> here = known.get(key);
        if (here == null) {
            here = journal.find(key);
            known.put(key, here);
        }
        return here;
    }
}
