package io.evenhand.node.store;

import io.evenhand.kit.value.Octets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a session keeps for its evidence bundle and for `show`: signed statements, headers, the
/// published key. Public values only.
public final class FactTable {
    private final Journal journal;

    FactTable(Journal journal) {
        this.journal = journal;
    }

    /// The first value stays: evidence is not overwritten by what comes later.
    public void put(SessionKey key, String name, Octets value) {
        journal.transact(sql ->
                sql.update(
                        "INSERT INTO facts (role, ref, name, value) VALUES (?, ?, ?, ?) ON"
                                + " CONFLICT DO NOTHING",
                        key.role(),
                        key.ref(),
                        name,
                        value));
    }

    public Optional<Octets> find(SessionKey key, String name) {
        return journal.read(sql ->
                sql.one(
                        "SELECT value FROM facts WHERE role = ? AND ref = ? AND name = ?",
                        row -> new Octets(row.getBytes("value")),
                        key.role(),
                        key.ref(),
                        name));
    }

    /// In the order they became known.
    public Map<String, Octets> all(SessionKey key) {
        return journal.read(sql -> {
            Map<String, Octets> facts = new LinkedHashMap<>();
            sql.all(
                            "SELECT name, value FROM facts WHERE role = ? AND ref = ?"
                                    + " ORDER BY rowid",
                            row ->
                                    Map.entry(
                                            row.getString("name"),
                                            new Octets(row.getBytes("value"))),
                            key.role(),
                            key.ref())
                    .forEach(fact -> facts.put(fact.getKey(), fact.getValue()));
            return facts;
        });
    }
}
