package io.evenhand.cli;

import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.TransactionJournal;
import io.evenhand.ledger.evm.TransactionRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Transactions of a command that need not survive it: a repeated deployment only makes a second
/// contract, and a benchmark's chain ends with it. Never for deals (10b).
public final class RamJournal implements TransactionJournal {
    private final Map<String, TransactionRecord> records = new LinkedHashMap<>();

    @Override
    public synchronized void save(TransactionRecord transaction) {
        records.put(transaction.intent().key(), transaction);
    }

    @Override
    public synchronized void update(TransactionRecord transaction) {
        records.put(transaction.intent().key(), transaction);
    }

    @Override
    public synchronized List<TransactionRecord> pending(long chainId, Address account) {
        return records.values().stream()
                .filter(record -> record.chainId() == chainId && record.account().equals(account))
                .filter(record -> !record.status().isFinished())
                .toList();
    }

    @Override
    public synchronized List<TransactionRecord> finished(long chainId, Address account, int most) {
        return List.copyOf(records.values()).reversed().stream()
                .filter(record -> record.chainId() == chainId && record.account().equals(account))
                .filter(record -> record.status().isFinished())
                .limit(most)
                .toList();
    }

    @Override
    public synchronized Optional<TransactionRecord> find(String key) {
        return Optional.ofNullable(records.get(key));
    }
}
