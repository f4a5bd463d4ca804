package io.evenhand.node.store;

import io.evenhand.kit.sign.Place;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Everything this node ever signed: one statement for each exchange, slot, type and signer, for
/// ever (decisions 16g); of a type that is replaced, the newest for each output and signer.
///
/// This holds even if a state was lost or an old one came back: whoever signs twice signs the same.
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
    public record Made(Bytes32 xid, Place place, String type, Octets signer, Bytes32 hash) {}

    /// A second, different statement was about to be made, or an older one than the newest.
    public static final class ConflictException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ConflictException(Made made) {
            super(
                    switch (made.place()) {
                        case Place.Once _ ->
                                "a different "
                                        + made.type()
                                        + " was already signed for exchange "
                                        + shortened(made.xid())
                                        + "; this node will not sign another one";
                        case Place.Rising rising ->
                                "a newer "
                                        + made.type()
                                        + ", or another one with the same number, was already"
                                        + " signed for output "
                                        + shortened(rising.output())
                                        + "; this node will not sign this one";
                    });
        }

        private static String shortened(Bytes32 id) {
            return id.toString().substring(0, 8);
        }
    }

    /// Notes a statement before its signature leaves; throws a {@link ConflictException} if another
    /// one was made in its place.
    public void make(Made made) {
        journal.transactSoon(sql -> {
            boolean standing =
                    switch (made.place()) {
                        case Place.Once once -> once(sql, made, once);
                        case Place.Rising rising -> rising(sql, made, rising);
                    };
            if (!standing) {
                throw new ConflictException(made);
            }
            return true;
        });
    }

    /// Whether it stands in its place now.
    private boolean once(Sql sql, Made made, Place.Once place) throws SQLException {
        int added =
                sql.update(
                        "INSERT INTO statements (xid, slot, type, signer, hash, made_at)"
                                + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        made.xid(),
                        place.slot(),
                        made.type(),
                        made.signer(),
                        made.hash(),
                        clock.instant().getEpochSecond());
        if (added == 1) {
            return true;
        }
        Optional<Bytes32> stored =
                sql.one(
                        "SELECT hash FROM statements WHERE xid = ? AND slot = ? AND type = ? AND"
                                + " signer = ?",
                        row -> Sql.bytes32(row, "hash"),
                        made.xid(),
                        place.slot(),
                        made.type(),
                        made.signer());
        return stored.equals(Optional.of(made.hash()));
    }

    /// The same: it takes the place of an older one, and the newest may be made again.
    private boolean rising(Sql sql, Made made, Place.Rising place) throws SQLException {
        int replaced =
                sql.update(
                        "INSERT INTO rising_statements AS old (output, type, signer, xid, number,"
                                + " round, hash, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON"
                                + " CONFLICT DO UPDATE SET xid = excluded.xid, number ="
                                + " excluded.number, round = excluded.round, hash ="
                                + " excluded.hash, made_at = excluded.made_at WHERE"
                                + " (excluded.number, excluded.round) > (old.number, old.round)",
                        place.output(),
                        made.type(),
                        made.signer(),
                        made.xid(),
                        place.number(),
                        place.round(),
                        made.hash(),
                        clock.instant().getEpochSecond());
        return replaced == 1 || newest(sql, place, made).equals(Optional.of(made));
    }

    private static Optional<Made> newest(Sql sql, Place.Rising place, Made made)
            throws SQLException {
        return sql.one(
                "SELECT * FROM rising_statements WHERE output = ? AND type = ? AND signer = ?",
                StatementTable::rising,
                place.output(),
                made.type(),
                made.signer());
    }

    /// What was signed in one exchange; of what is replaced, the newest.
    public List<Made> of(Bytes32 xid) {
        return journal.read(sql -> {
            List<Made> made =
                    new ArrayList<>(
                            sql.all(
                                    "SELECT * FROM statements WHERE xid = ? ORDER BY made_at, rowid",
                                    StatementTable::once,
                                    xid));
            made.addAll(
                    sql.all(
                            "SELECT * FROM rising_statements WHERE xid = ? ORDER BY made_at, rowid",
                            StatementTable::rising,
                            xid));
            return made;
        });
    }

    private static Made once(ResultSet row) throws SQLException {
        return made(row, new Place.Once(row.getInt("slot")));
    }

    private static Made rising(ResultSet row) throws SQLException {
        return made(
                row,
                new Place.Rising(
                        Sql.bytes32(row, "output"), row.getLong("number"), row.getLong("round")));
    }

    private static Made made(ResultSet row, Place place) throws SQLException {
        return new Made(
                Sql.bytes32(row, "xid"),
                place,
                row.getString("type"),
                new Octets(row.getBytes("signer")),
                Sql.bytes32(row, "hash"));
    }
}
