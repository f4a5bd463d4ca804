package io.evenhand.node.store;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.value.Bytes32;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The alarms that are raised now, of exchanges and of the node itself.
public final class AlarmTable {
    /// Stands for the node itself, in place of a role.
    private static final String NODE = "node";

    private static final int MAX_TEXT = 500;

    private final Journal journal;
    private final InstantSource clock;

    AlarmTable(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /// @param about the exchange, or nothing if the node itself is in trouble
    /// @param due when it is too late, seconds since 1970
    public record Raised(
            Optional<SessionKey> about,
            String kind,
            String line,
            String wayOut,
            OptionalLong due,
            long since) {}

    /// Raises an alarm, or renews the text of one that is raised.
    public void raise(Optional<SessionKey> about, Alarm alarm) {
        put(about, alarm, false);
    }

    /// Raises what a party did wrong: it stays, also when the node starts anew.
    public void convict(SessionKey session, Alarm alarm) {
        put(Optional.of(session), alarm, true);
    }

    private void put(Optional<SessionKey> about, Alarm alarm, boolean stays) {
        journal.transact(sql ->
                sql.update(
                        "INSERT INTO alarms (role, ref, kind, subject, line, way_out, due,"
                                + " since, stays) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO"
                                + " UPDATE SET line = excluded.line, way_out ="
                                + " excluded.way_out, due = excluded.due",
                        role(about),
                        ref(about),
                        alarm.kind(),
                        alarm.subject(),
                        cut(alarm.line()),
                        cut(alarm.wayOut()),
                        alarm.due().isPresent()
                                ? Optional.of(alarm.due().getAsLong())
                                : Optional.empty(),
                        clock.instant().getEpochSecond(),
                        stays ? 1 : 0));
    }

    /// Ends an alarm.
    public void clear(Optional<SessionKey> about, Alarm alarm) {
        journal.transact(sql ->
                sql.update(
                        "DELETE FROM alarms WHERE role = ? AND ref = ? AND kind = ? AND"
                                + " subject = ?",
                        role(about),
                        ref(about),
                        alarm.kind(),
                        alarm.subject()));
    }

    /// Ends the alarms that an earlier process left: a new one raises them again if they hold. What
    /// a party did wrong stays.
    public void startAnew() {
        journal.transact(sql -> sql.update("DELETE FROM alarms WHERE stays = 0"));
    }

    /// Whether an alarm of this kind is raised for an exchange.
    public boolean isRaised(SessionKey session, String kind) {
        return journal.read(sql ->
                        sql.one(
                                "SELECT 1 FROM alarms WHERE role = ? AND ref = ? AND kind = ? LIMIT"
                                        + " 1",
                                row -> row.getInt(1),
                                session.role(),
                                session.ref(),
                                kind))
                .isPresent();
    }

    /// The most urgent first.
    public List<Raised> all() {
        return journal.read(sql ->
                sql.all(
                        "SELECT role, ref, kind, line, way_out, due, since FROM alarms ORDER"
                                + " BY due IS NULL, due, since, kind",
                        AlarmTable::row));
    }

    private static Raised row(ResultSet row) throws SQLException {
        boolean node = row.getString("role").equals(NODE);
        long due = row.getLong("due");
        boolean hasDue = !row.wasNull();
        return new Raised(
                node ? Optional.empty() : Optional.of(Sql.session(row)),
                row.getString("kind"),
                row.getString("line"),
                row.getString("way_out"),
                hasDue ? OptionalLong.of(due) : OptionalLong.empty(),
                row.getLong("since"));
    }

    private static String role(Optional<SessionKey> about) {
        return about.map(key -> key.role().id()).orElse(NODE);
    }

    private static Bytes32 ref(Optional<SessionKey> about) {
        return about.map(SessionKey::ref).orElse(Bytes32.ZERO);
    }

    private static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) : line;
    }
}
