package io.evenhand.node.store;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.TransactionJournal;
import io.evenhand.ledger.evm.TransactionRecord;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/// Every transaction this node ever signed, before any other node saw it (10b).
///
/// The bytes of a claim hold the work key, so records are encrypted like the secrets in the {@link
/// KeyStore}.
public final class TransactionTable implements TransactionJournal {
    private final Journal journal;
    private final Vault vault;

    TransactionTable(Journal journal, Vault vault) {
        this.journal = journal;
        this.vault = vault;
    }

    @Override
    public void save(TransactionRecord transaction) {
        byte[] record = locked(transaction);
        int _ = journal.transactSoon(sql -> insert(sql, transaction, record, ""));
    }

    @Override
    public void update(TransactionRecord transaction) {
        String key = transaction.intent().key();
        byte[] record = locked(transaction);
        int rows =
                journal.transactSoon(sql ->
                        sql.update(
                                "UPDATE transactions SET finished = ?, record = ? WHERE"
                                        + " key = ?",
                                transaction.status().isFinished(),
                                record,
                                key));
        List<TransactionRecord.Attempt> attempts = transaction.attempts();
        if (!attempts.isEmpty() && !attempts.getLast().handedOver()) {
            // Its bytes are about to leave. What is noted afterwards is found out anew if it is
            // lost.
            journal.flush();
        }
        if (rows != 1) {
            throw new IllegalStateException("no transaction has the key " + key);
        }
    }

    @Override
    public void note(TransactionRecord transaction) {
        byte[] record = locked(transaction);
        int _ =
                journal.transactUnflushed(sql ->
                        insert(
                                sql,
                                transaction,
                                record,
                                " ON CONFLICT (key) DO UPDATE SET finished = excluded.finished,"
                                        + " record = excluded.record"));
    }

    private byte[] locked(TransactionRecord transaction) {
        return vault.lock(name(transaction.intent().key()), transaction.encode());
    }

    /// @param conflict what to do if it is there
    private static int insert(
            Sql sql, TransactionRecord transaction, byte[] record, String conflict)
            throws SQLException {
        return sql.update(
                "INSERT INTO transactions (key, chain_id, account, finished, record)"
                        + " VALUES (?, ?, ?, ?, ?)"
                        + conflict,
                transaction.intent().key(),
                transaction.chainId(),
                transaction.account().toByteArray(),
                transaction.status().isFinished(),
                record);
    }

    @Override
    public List<TransactionRecord> pending(long chainId, Address account) {
        return journal.read(sql ->
                sql.all(
                        "SELECT key, record FROM transactions WHERE finished = 0 AND"
                                + " chain_id = ? AND account = ? ORDER BY id",
                        row -> open(row.getString("key"), row.getBytes("record")),
                        chainId,
                        account.toByteArray()));
    }

    @Override
    public List<TransactionRecord> finished(long chainId, Address account, int most) {
        return journal.read(sql ->
                sql.all(
                        "SELECT key, record FROM transactions WHERE finished = 1 AND"
                                + " chain_id = ? AND account = ? ORDER BY id DESC LIMIT ?",
                        row -> open(row.getString("key"), row.getBytes("record")),
                        chainId,
                        account.toByteArray(),
                        most));
    }

    @Override
    public Optional<TransactionRecord> find(String key) {
        return journal.read(sql ->
                sql.one(
                        "SELECT key, record FROM transactions WHERE key = ?",
                        row -> open(row.getString("key"), row.getBytes("record")),
                        key));
    }

    private TransactionRecord open(String key, byte[] record) {
        try {
            return TransactionRecord.decode(vault.open(name(key), record));
        } catch (MalformedException e) {
            throw StoreException.damaged("transaction", e);
        } catch (AEADBadTagException e) {
            throw Vault.wrongKey(e);
        }
    }

    /// Transactions have names of their own among everything the master key encrypts.
    private static byte[] name(String key) {
        return ("transaction/" + key).getBytes(StandardCharsets.UTF_8);
    }
}
