package io.evenhand.node.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// When a session has to be woken. Setting a timer again replaces it.
public final class TimerTable {
    private static final String COLUMNS = "SELECT role, ref, kind, at FROM timers ";

    private final Journal journal;

    TimerTable(Journal journal) {
        this.journal = journal;
    }

    /// @param at seconds since 1970
    public record Stored(SessionKey key, String kind, long at) {}

    public void set(SessionKey key, String kind, long at) {
        journal.transactSoon(sql ->
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
        journal.transactSoon(sql ->
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
        journal.transactSoon(sql ->
                sql.update("DELETE FROM timers WHERE role = ? AND ref = ?", key.role(), key.ref()));
    }

    /// The earliest first.
    public List<Stored> all() {
        return journal.read(sql -> sql.all(COLUMNS + "ORDER BY at", TimerTable::row));
    }

    /// The earliest of a role.
    public Optional<Stored> next(Role role) {
        return journal.read(sql ->
                sql.one(COLUMNS + "WHERE role = ? ORDER BY at LIMIT 1", TimerTable::row, role));
    }

    /// Those of a role whose time has come, the earliest first.
    public List<Stored> due(Role role, long now) {
        return journal.read(sql ->
                sql.all(
                        COLUMNS + "WHERE role = ? AND at <= ? ORDER BY at",
                        TimerTable::row,
                        role,
                        now));
    }

    private static Stored row(ResultSet row) throws SQLException {
        return new Stored(Sql.session(row), row.getString("kind"), row.getLong("at"));
    }
}
