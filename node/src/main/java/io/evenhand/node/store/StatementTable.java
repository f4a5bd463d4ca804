package io.evenhand.node.store;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import java.time.InstantSource;
import java.util.List;

/// Everything this node ever signed: one statement for each exchange, slot, type and signer, for
/// ever (decisions 16g).
///
/// It holds even if a state was lost or an old one came back: who signs twice, signs the same.
public final class StatementTable {
    private final Journal journal;
    private final InstantSource clock;

    StatementTable(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /// @param xid the exchange, or its reference where the xid is not known yet
    /// @param signer public key, 32 bytes Ed25519 or 33 bytes secp256k1
    /// @param hash what was signed
    public record Made(Bytes32 xid, int slot, String type, Octets signer, Bytes32 hash) {}

    /// A second, different statement was about to be made.
    public static final class ConflictException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ConflictException(Made made) {
            super(
                    "a different "
                            + made.type()
                            + " was already signed for exchange "
                            + made.xid().toString().substring(0, 8)
                            + "; this node will not sign another one");
        }
    }

    /// Notes a statement before its signature leaves; throws a {@link ConflictException} if another
    /// one was made in its place.
    public void make(Made made) {
        journal.transact(sql -> {
            int added =
                    sql.update(
                            "INSERT INTO statements (xid, slot, type, signer, hash, made_at)"
                                    + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                            made.xid(),
                            made.slot(),
                            made.type(),
                            made.signer(),
                            made.hash(),
                            clock.instant().getEpochSecond());
            if (added == 1) {
                return true;
            }
            Bytes32 stored =
                    sql.one(
                                    "SELECT hash FROM statements WHERE xid = ? AND slot = ?"
                                            + " AND type = ? AND signer = ?",
                                    row -> Sql.bytes32(row, "hash"),
                                    made.xid(),
                                    made.slot(),
                                    made.type(),
                                    made.signer())
                            .orElseThrow();
            if (!stored.equals(made.hash())) {
                throw new ConflictException(made);
            }
            return true;
        });
    }

    /// What was signed in one exchange.
    public List<Made> of(Bytes32 xid) {
        return journal.read(sql ->
                sql.all(
                        "SELECT xid, slot, type, signer, hash FROM statements WHERE xid ="
                                + " ? ORDER BY made_at, rowid",
                        row ->
                                new Made(
                                        Sql.bytes32(row, "xid"),
                                        row.getInt("slot"),
                                        row.getString("type"),
                                        new Octets(row.getBytes("signer")),
                                        Sql.bytes32(row, "hash")),
                        xid));
    }
}
