package io.evenhand.node.store;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// The peers that may talk to this node, and the one-time tokens that let new ones in.
///
/// Tokens are stored as hashes: a copy of the journal lets nobody in.
public final class PeerTable {
    private final Journal journal;
    private final InstantSource clock;

    PeerTable(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    public record Peer(PartyId party, String name, long joinedAt) {}

    /// Lets a peer in without a token: our own decision, such as the provider of our stamper.
    public void add(PartyId party, String name) {
        journal.transact(sql -> insert(sql, party, name, Optional.empty()));
    }

    private int insert(Sql sql, PartyId party, String name, Optional<Bytes32> token)
            throws SQLException {
        return sql.update(
                "INSERT INTO peers (party, name, token, joined_at) VALUES (?, ?, ?, ?) ON CONFLICT"
                        + " DO NOTHING",
                party.value(),
                name,
                token,
                clock.instant().getEpochSecond());
    }

    /// Notes that a token may be used once, until `expiresAt` (seconds since 1970).
    public void addToken(Bytes32 hash, long expiresAt) {
        journal.transact(sql ->
                sql.update(
                        "INSERT INTO tokens (hash, made_at, expires_at) VALUES (?, ?, ?)",
                        hash,
                        clock.instant().getEpochSecond(),
                        expiresAt));
    }

    /// Uses a token up and lets the peer in; says whether it is in. One that is in already uses no
    /// token up. Anybody else is refused with an unknown, used or expired token, by a read: a
    /// stranger costs no write.
    public boolean redeem(Bytes32 hash, PartyId party, String name) {
        if (find(party).isPresent()) {
            return true;
        }
        long now = clock.instant().getEpochSecond();
        if (!isFree(hash, now)) {
            return false;
        }
        return journal.transact(sql -> {
            int used =
                    sql.update(
                            "UPDATE tokens SET used_by = ? WHERE hash = ? AND used_by IS NULL AND"
                                    + " expires_at > ?",
                            party.value(),
                            hash,
                            now);
            if (used == 1) {
                insert(sql, party, name, Optional.of(hash));
                return true;
            }
            // The same request at the same time may have let it in.
            return isIn(sql, party);
        });
    }

    private boolean isFree(Bytes32 hash, long now) {
        return journal.read(sql ->
                sql.one(
                                "SELECT 1 FROM tokens WHERE hash = ? AND used_by IS NULL AND"
                                        + " expires_at > ?",
                                row -> row.getInt(1),
                                hash,
                                now)
                        .isPresent());
    }

    private static boolean isIn(Sql sql, PartyId party) throws SQLException {
        return sql.one("SELECT 1 FROM peers WHERE party = ?", row -> row.getInt(1), party.value())
                .isPresent();
    }

    public Optional<Peer> find(PartyId party) {
        return journal.read(sql ->
                sql.one(
                        "SELECT party, name, joined_at FROM peers WHERE party = ?",
                        PeerTable::row,
                        party.value()));
    }

    public List<Peer> all() {
        return journal.read(sql ->
                sql.all(
                        "SELECT party, name, joined_at FROM peers ORDER BY joined_at," + " rowid",
                        PeerTable::row));
    }

    private static Peer row(ResultSet row) throws SQLException {
        return new Peer(
                new PartyId(Sql.bytes32(row, "party")),
                row.getString("name"),
                row.getLong("joined_at"));
    }
}
