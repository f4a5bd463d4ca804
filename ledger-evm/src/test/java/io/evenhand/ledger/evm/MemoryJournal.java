package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A journal that survives the manager but not the test. It stores bytes, so that every record
/// makes the round trip.
class MemoryJournal implements TransactionJournal {
    private final Map<String, byte[]> stored = new LinkedHashMap<>();

    @Override
    public synchronized void save(TransactionRecord transaction) {
        if (stored.putIfAbsent(transaction.intent().key(), transaction.encode()) != null) {
            throw new IllegalStateException("saved twice: " + transaction.intent().key());
        }
    }

    @Override
    public synchronized void update(TransactionRecord transaction) {
        if (stored.replace(transaction.intent().key(), transaction.encode()) == null) {
            throw new IllegalStateException("never saved: " + transaction.intent().key());
        }
    }

    @Override
    public synchronized List<TransactionRecord> pending(long chainId, Address account) {
        return all().stream()
                .filter(r -> r.chainId() == chainId && r.account().equals(account))
                .filter(r -> !r.status().isFinished())
                .toList();
    }

    @Override
    public synchronized List<TransactionRecord> finished(long chainId, Address account, int most) {
        return all().reversed().stream()
                .filter(record -> record.chainId() == chainId && record.account().equals(account))
                .filter(record -> record.status().isFinished())
                .limit(most)
                .toList();
    }

    @Override
    public synchronized Optional<TransactionRecord> find(String key) {
        return Optional.ofNullable(stored.get(key)).map(TransactionRecord::decode);
    }

    synchronized List<TransactionRecord> all() {
        return stored.values().stream().map(TransactionRecord::decode).toList();
    }
}
