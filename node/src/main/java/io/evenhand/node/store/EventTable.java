package io.evenhand.node.store;

import java.time.InstantSource;
import java.util.List;

/// The history of a session for people.
///
/// A line that is not part of a step does not wait for a flush: a loss of power may take the last
/// lines away, never one in the middle, and the session's state tells what happened.
public final class EventTable {
    /// One line; whatever a peer wrote is cut to it.
    private static final int MAX_TEXT = 500;

    /// An honest exchange has some fifty entries; a peer that repeats itself fills no disk.
    static final int MAX_ENTRIES = 500;

    private final Journal journal;
    private final InstantSource clock;

    EventTable(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /// @param at seconds since 1970
    public record Entry(long at, String text) {}

    public void add(SessionKey key, String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        journal.transactUnflushed(sql ->
                sql.update(
                        "INSERT INTO events (role, ref, at, text) SELECT ?, ?, ?, ? WHERE"
                                + " (SELECT count(*) FROM events WHERE role = ? AND ref ="
                                + " ?) < ?",
                        key.role(),
                        key.ref(),
                        clock.instant().getEpochSecond(),
                        line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) : line,
                        key.role(),
                        key.ref(),
                        MAX_ENTRIES));
    }

    public List<Entry> of(SessionKey key) {
        return journal.read(sql ->
                sql.all(
                        "SELECT at, text FROM events WHERE role = ? AND ref = ? ORDER BY" + " id",
                        row -> new Entry(row.getLong("at"), row.getString("text")),
                        key.role(),
                        key.ref()));
    }
}
