package io.evenhand.node.store;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Xid;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The state of every exchange this node takes part in.
public final class SessionTable {
    private static final String COLUMNS =
            "SELECT role, ref, peer, (SELECT group_concat(hex(o.party), '' ORDER BY o.place) FROM"
                    + " other_parties o WHERE o.role = s.role AND o.ref = s.ref) AS others, xid,"
                    + " state, final, created_at, updated_at FROM sessions s ";

    /// A document of session `s`, by way, kind and slot.
    private static final String DOCUMENT =
            "SELECT 1 FROM documents d WHERE d.role = s.role AND d.ref = s.ref AND d.way = ?"
                    + " AND d.kind = ? AND d.slot = ?";

    private static final int PARTY_BYTES = 32;

    private final Journal journal;
    private final InstantSource clock;

    SessionTable(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /// One row.
    ///
    /// @param parties whom the session is with; the first, who opened it or with whom it was
    ///   opened, is the one that quotas and limits count
    /// @param xid known once both nonces are
    /// @param state version byte and canonical CBOR
    /// @param ended the state is final: nothing happens any more
    public record Stored(
            SessionKey key,
            List<PartyId> parties,
            Optional<Xid> xid,
            Octets state,
            boolean ended,
            long createdAt,
            long updatedAt) {
        public Stored {
            parties = List.copyOf(parties);
        }

        /// The first of its parties.
        public PartyId peer() {
            return parties.getFirst();
        }
    }

    /// Stores a new session; an existing one of the same key is a programming error.
    ///
    /// @param parties at least one
    public void create(SessionKey key, List<PartyId> parties, Octets state) {
        long now = clock.instant().getEpochSecond();
        journal.transactSoon(sql -> {
            for (int place = 1; place < parties.size(); place++) {
                sql.update(
                        "INSERT INTO other_parties (role, ref, place, party) VALUES (?, ?, ?, ?)",
                        key.role(),
                        key.ref(),
                        place,
                        parties.get(place).value());
            }
            return sql.update(
                    "INSERT INTO sessions (role, ref, peer, state, final, created_at,"
                            + " updated_at) VALUES (?, ?, ?, ?, 0, ?, ?)",
                    key.role(),
                    key.ref(),
                    parties.getFirst().value(),
                    state,
                    now,
                    now);
        });
    }

    /// Stores the next state; a known xid stays known.
    public void save(SessionKey key, Optional<Xid> xid, Octets state, boolean ended) {
        int rows =
                journal.transactSoon(sql ->
                        sql.update(
                                "UPDATE sessions SET xid = coalesce(?, xid), state = ?,"
                                        + " final = ?, updated_at = ? WHERE role = ?"
                                        + " AND ref = ?",
                                xid.map(Xid::value),
                                state,
                                ended,
                                clock.instant().getEpochSecond(),
                                key.role(),
                                key.ref()));
        if (rows != 1) {
            throw new IllegalStateException("no session " + key);
        }
    }

    public Optional<Stored> find(SessionKey key) {
        return journal.read(sql ->
                sql.one(
                        COLUMNS + "WHERE role = ? AND ref = ?",
                        SessionTable::row,
                        key.role(),
                        key.ref()));
    }

    /// Whether this is one of the parties that a session is with.
    public boolean isParty(SessionKey key, PartyId party) {
        return journal.read(sql ->
                sql.one(
                                "SELECT 1 FROM sessions s WHERE role = ? AND ref = ? AND (peer = ?"
                                        + " OR EXISTS (SELECT 1 FROM other_parties o WHERE o.role"
                                        + " = s.role AND o.ref = s.ref AND o.party = ?))",
                                row -> true,
                                key.role(),
                                key.ref(),
                                party.value(),
                                party.value())
                        .isPresent());
    }

    /// Newest first.
    public List<Stored> all() {
        return journal.read(sql ->
                sql.all(COLUMNS + "ORDER BY created_at DESC, rowid DESC", SessionTable::row));
    }

    /// The sessions that something may still happen to, oldest first.
    public List<Stored> open(Role role) {
        return journal.read(sql ->
                sql.all(
                        COLUMNS + "WHERE role = ? AND final = 0 ORDER BY rowid",
                        SessionTable::row,
                        role));
    }

    /// Those that are open, and those that something happened to since a time; the oldest end
    /// first.
    public List<Stored> since(Role role, long since) {
        return journal.read(sql ->
                sql.all(
                        COLUMNS
                                + "WHERE role = ? AND (final = 0 OR updated_at >= ?) ORDER BY"
                                + " updated_at, rowid",
                        SessionTable::row,
                        role,
                        since));
    }

    public int countOpen(Role role) {
        return count("SELECT count(*) FROM sessions WHERE role = ? AND final = 0", role);
    }

    /// Those whose first party this is.
    public int countOpen(Role role, PartyId peer) {
        return count(
                "SELECT count(*) FROM sessions WHERE role = ? AND final = 0 AND peer = ?",
                role,
                peer.value());
    }

    /// Sessions with peers that were never let in, all of them or those with one document.
    public record Guests(Role role, Optional<DocumentTable.Document> document) {}

    private static final String GUESTS =
            "SELECT count(*) FROM sessions s WHERE role = ? AND NOT EXISTS (SELECT 1 FROM peers p"
                    + " WHERE p.party = s.peer) AND (? IS NULL OR EXISTS ("
                    + DOCUMENT
                    + " AND d.body = ?))";

    public int countOpen(Guests guests) {
        return count(guests, " AND final = 0", Optional.empty());
    }

    public int countBegun(Guests guests, long since) {
        return count(guests, " AND created_at >= ?", Optional.of(since));
    }

    private int count(Guests guests, String condition, Optional<Long> value) {
        Optional<DocumentTable.Name> name = guests.document().map(DocumentTable.Document::name);
        Optional<String> kind = name.map(DocumentTable.Name::kind);
        List<Object> values = new ArrayList<>();
        values.addAll(
                List.of(
                        guests.role(),
                        kind,
                        name.map(n -> n.way().column()),
                        kind,
                        name.map(DocumentTable.Name::slot),
                        guests.document().map(DocumentTable.Document::body)));
        value.ifPresent(values::add);
        return count(GUESTS + condition, values.toArray());
    }

    private int count(String query, Object... values) {
        return journal.read(sql -> sql.one(query, row -> row.getInt(1), values).orElseThrow());
    }

    private static List<PartyId> parties(ResultSet row) throws SQLException {
        List<PartyId> parties = new ArrayList<>();
        parties.add(new PartyId(Sql.bytes32(row, "peer")));
        byte[] others =
                HexFormat.of().parseHex(Objects.requireNonNullElse(row.getString("others"), ""));
        for (int at = 0; at < others.length; at += PARTY_BYTES) {
            parties.add(new PartyId(Bytes32.of(Arrays.copyOfRange(others, at, at + PARTY_BYTES))));
        }
        return parties;
    }

    private static Stored row(ResultSet row) throws SQLException {
        byte[] xid = row.getBytes("xid");
        return new Stored(
                Sql.session(row),
                parties(row),
                xid == null ? Optional.empty() : Optional.of(new Xid(Bytes32.of(xid))),
                new Octets(row.getBytes("state")),
                row.getBoolean("final"),
                row.getLong("created_at"),
                row.getLong("updated_at"));
    }
}
