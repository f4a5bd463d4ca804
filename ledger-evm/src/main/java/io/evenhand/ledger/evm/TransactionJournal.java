package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import java.util.List;
import java.util.Optional;

/// Where signed bytes are kept before a node sees them (10b). A method returns when its change
/// would survive a crash, and throws otherwise: then nothing is sent.
public interface TransactionJournal {
    /// Stores a request that is not there yet.
    void save(TransactionRecord transaction);

    /// Replaces the record with the same key.
    void update(TransactionRecord transaction);

    /// Stores what a restart finds out again or is asked for again: it need not be flushed, but a
    /// crash never takes it and leaves what was stored after it.
    default void note(TransactionRecord transaction) {
        if (find(transaction.intent().key()).isPresent()) {
            update(transaction);
        } else {
            save(transaction);
        }
    }

    /// All of this account on this chain that are not finished, in the order they were saved.
    List<TransactionRecord> pending(long chainId, Address account);

    /// Those that are finished, the newest first, this many at most.
    List<TransactionRecord> finished(long chainId, Address account, int most);

    Optional<TransactionRecord> find(String key);
}
