package io.evenhand.node.store;

import java.util.List;

/// When a session has to be woken. Setting a timer again replaces it.
public final class TimerTable {
    private final Journal journal;

    TimerTable(Journal journal) {
        this.journal = journal;
    }

    /// @param at seconds since 1970
    public record Stored(SessionKey key, String kind, long at) {}

    public void set(SessionKey key, String kind, long at) {
        journal.transact(sql ->
                sql.update(
                        "INSERT INTO timers (role, ref, kind, at) VALUES (?, ?, ?, ?) ON"
                                + " CONFLICT DO UPDATE SET at = excluded.at",
                        key.role(),
                        key.ref(),
                        kind,
                        at));
    }

    /// Takes a timer away once it has rung, unless it was set to another time meanwhile.
    public void rang(Stored timer) {
        journal.transact(sql ->
                sql.update(
                        "DELETE FROM timers WHERE role = ? AND ref = ? AND kind = ? AND at"
                                + " = ?",
                        timer.key().role(),
                        timer.key().ref(),
                        timer.kind(),
                        timer.at()));
    }

    /// Takes away all timers of a session that has ended.
    public void clear(SessionKey key) {
        journal.transact(sql ->
                sql.update("DELETE FROM timers WHERE role = ? AND ref = ?", key.role(), key.ref()));
    }

    /// The earliest first.
    public List<Stored> all() {
        return journal.read(sql ->
                sql.all(
                        "SELECT role, ref, kind, at FROM timers ORDER BY at",
                        row ->
                                new Stored(
                                        Sql.session(row),
                                        row.getString("kind"),
                                        row.getLong("at"))));
    }
}
