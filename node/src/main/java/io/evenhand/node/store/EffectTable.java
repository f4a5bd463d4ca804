package io.evenhand.node.store;

import io.evenhand.kit.value.Octets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The durable outbox: effects are stored with the state that asked for them and stay until they
/// are carried out, so a crash repeats an effect and never loses one.
public final class EffectTable {
    private final Journal journal;

    EffectTable(Journal journal) {
        this.journal = journal;
    }

    /// One effect that is not done yet.
    public record Stored(long id, SessionKey key, Octets effect) {}

    /// Stores an effect. One that already waits in the same session is not stored twice: after a
    /// restart a machine asks again for what it still needs.
    public Stored add(SessionKey key, Octets effect) {
        return journal.transactSoon(sql -> {
            var waiting =
                    sql.one(
                            "SELECT id, role, ref, effect FROM effects WHERE role = ? AND"
                                    + " ref = ? AND done = 0 AND effect = ?",
                            EffectTable::row,
                            key.role(),
                            key.ref(),
                            effect);
            if (waiting.isPresent()) {
                return waiting.get();
            }
            long id =
                    sql.insert(
                            "INSERT INTO effects (role, ref, effect) VALUES (?, ?, ?)",
                            key.role(),
                            key.ref(),
                            effect);
            return new Stored(id, key, effect);
        });
    }

    /// Stores an effect that the transaction itself carries out, so that it is known later.
    public void addDone(SessionKey key, Octets effect) {
        journal.transactSoon(sql ->
                sql.update(
                        "INSERT INTO effects (role, ref, effect, done) VALUES (?, ?, ?, 1)",
                        key.role(),
                        key.ref(),
                        effect));
    }

    /// The number of the newest effect there ever was.
    public long newest() {
        return journal.read(sql ->
                sql.one(
                                "SELECT seq FROM sqlite_sequence WHERE name = 'effects'",
                                row -> row.getLong("seq"))
                        .orElse(0L));
    }

    /// No effect gets a number up to this one any more.
    public void skipTo(long number) {
        journal.transact(sql -> {
            sql.update("DELETE FROM sqlite_sequence WHERE name = 'effects'");
            return sql.update(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES ('effects', ?)", number);
        });
    }

    /// Everything not done yet, in the order it was asked for.
    public List<Stored> waiting() {
        return journal.read(sql ->
                sql.all(
                        "SELECT id, role, ref, effect FROM effects WHERE done = 0 ORDER BY" + " id",
                        EffectTable::row));
    }

    public List<Stored> waiting(SessionKey key) {
        return journal.read(sql ->
                sql.all(
                        "SELECT id, role, ref, effect FROM effects WHERE done = 0 AND role"
                                + " = ? AND ref = ? ORDER BY id",
                        EffectTable::row,
                        key.role(),
                        key.ref()));
    }

    /// Everything a session ever asked for, done or not, the newest first.
    public List<Stored> all(SessionKey key) {
        return journal.read(sql ->
                sql.all(
                        "SELECT id, role, ref, effect FROM effects WHERE role = ? AND ref = ?"
                                + " ORDER BY id DESC",
                        EffectTable::row,
                        key.role(),
                        key.ref()));
    }

    /// The newest effect of a session, done or not, that passes a test.
    public Optional<Stored> newest(SessionKey key, Predicate<Octets> test) {
        return journal.read(sql ->
                sql.first(
                        "SELECT id, role, ref, effect FROM effects WHERE role = ? AND ref = ?"
                                + " ORDER BY id DESC",
                        row -> Optional.of(row(row)).filter(one -> test.test(one.effect())),
                        key.role(),
                        key.ref()));
    }

    /// How often a session asked for the very same thing.
    public int count(SessionKey key, Octets effect) {
        return journal.read(sql ->
                sql.one(
                                "SELECT count(*) FROM effects WHERE role = ? AND ref = ? AND"
                                        + " effect = ?",
                                row -> row.getInt(1),
                                key.role(),
                                key.ref(),
                                effect)
                        .orElseThrow());
    }

    public boolean isWaiting(long id) {
        return journal.read(sql ->
                sql.one("SELECT 1 FROM effects WHERE id = ? AND done = 0", row -> true, id)
                        .isPresent());
    }

    /// Waits for no flush: a crash that takes it away repeats the effect, as one right before it
    /// does.
    public void done(long id) {
        journal.transactUnflushed(
                sql -> sql.update("UPDATE effects SET done = 1 WHERE id = ?", id));
    }

    private static Stored row(ResultSet row) throws SQLException {
        return new Stored(row.getLong("id"), Sql.session(row), new Octets(row.getBytes("effect")));
    }
}
