package io.evenhand.node.store;

import io.evenhand.kit.value.Octets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a session keeps for its evidence bundle and for `show`: signed statements, headers, the
/// published key. Public values only.
public final class DocumentTable {
    private final Journal journal;

    DocumentTable(Journal journal) {
        this.journal = journal;
    }

    /// How a session came by a document.
    public enum Way {
        /// We said it.
        SENT,

        /// A peer said it.
        RECEIVED,

        /// A peer said it, and it changed nothing.
        REFUSED,

        /// No message: what the node itself notes.
        OWN;

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Way of(String column) {
            return valueOf(column.toUpperCase(Locale.ROOT));
        }
    }

    /// Names one document of a session.
    ///
    /// @param kind declared: of a message its `Kind`
    /// @param slot tells documents of one kind apart, such as the round; else 0
    public record Name(Way way, String kind, int slot) {
        /// Of what is no message.
        public static Name own(String kind) {
            return new Name(Way.OWN, kind, 0);
        }

        public boolean isMessage() {
            return way != Way.OWN;
        }
    }

    public record Document(Name name, Octets body) {}

    /// The first value stays: evidence is not overwritten by what comes later.
    public void put(SessionKey key, Name name, Octets body) {
        journal.transactSoon(sql ->
                sql.update(
                        "INSERT INTO documents (role, ref, way, kind, slot, body) VALUES (?, ?,"
                                + " ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        key.role(),
                        key.ref(),
                        name.way().column(),
                        name.kind(),
                        name.slot(),
                        body));
    }

    public Optional<Octets> find(SessionKey key, Name name) {
        return journal.read(sql ->
                sql.one(
                        "SELECT body FROM documents WHERE role = ? AND ref = ? AND way = ?"
                                + " AND kind = ? AND slot = ?",
                        row -> new Octets(row.getBytes("body")),
                        key.role(),
                        key.ref(),
                        name.way().column(),
                        name.kind(),
                        name.slot()));
    }

    /// In the order they became known.
    public List<Document> all(SessionKey key) {
        return journal.read(sql ->
                sql.all(
                        "SELECT way, kind, slot, body FROM documents WHERE role = ? AND ref = ?"
                                + " ORDER BY rowid",
                        row -> new Document(name(row), new Octets(row.getBytes("body"))),
                        key.role(),
                        key.ref()));
    }

    private static Name name(ResultSet row) throws SQLException {
        return new Name(Way.of(row.getString("way")), row.getString("kind"), row.getInt("slot"));
    }
}
