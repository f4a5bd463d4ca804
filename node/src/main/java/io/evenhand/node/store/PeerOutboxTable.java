package io.evenhand.node.store;

import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import java.time.InstantSource;
import java.util.List;

/// What a server has to say to peers that only call in: they fetch it by sequence number.
///
/// Sequence numbers rise and are never used again, not even after an old backup was put back: they
/// start at the clock's milliseconds, so a peer that has read up to some number misses nothing that
/// is said later. The other direction, how far we have read a server's outbox, stands beside it.
public final class PeerOutboxTable {
    private final Journal journal;
    private final InstantSource clock;

    PeerOutboxTable(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    public record Stored(long seq, Octets envelope) {}

    /// Stores a message for a peer and returns its number.
    public long append(PartyId peer, Octets envelope) {
        return journal.transactSoon(sql ->
                sql.insert(
                        "INSERT INTO peer_outbox (seq, peer, envelope) VALUES ((SELECT"
                                + " max(?, 1 + coalesce(max(seq), 0)) FROM peer_outbox), ?, ?)",
                        clock.millis(),
                        peer.value(),
                        envelope));
    }

    /// What the peer has not read yet, oldest first.
    public List<Stored> after(PartyId peer, long seq, int limit) {
        return journal.read(sql ->
                sql.all(
                        "SELECT seq, envelope FROM peer_outbox WHERE peer = ? AND seq > ?"
                                + " AND acked = 0 ORDER BY seq LIMIT ?",
                        row -> new Stored(row.getLong("seq"), new Octets(row.getBytes("envelope"))),
                        peer.value(),
                        seq,
                        limit));
    }

    /// The peer holds everything up to `seq`: it is kept no longer, as it may hold secrets. Needs
    /// no flush of its own: the peer acknowledges again with every call.
    public void acknowledge(PartyId peer, long seq) {
        if (after(peer, 0, 1).stream().noneMatch(oldest -> oldest.seq() <= seq)) {
            return;
        }
        journal.transactUnflushed(sql ->
                sql.update(
                        "UPDATE peer_outbox SET acked = 1, envelope = x'' WHERE peer = ?"
                                + " AND seq <= ? AND acked = 0",
                        peer.value(),
                        seq));
    }

    /// Waits until all that was stored so far survives the loss of power; see `Store`.
    public void flush() {
        journal.flush();
    }

    /// How far we have read the outbox of a server, 0 at first.
    public long cursor(PartyId server) {
        return journal.read(sql ->
                sql.one(
                                "SELECT seq FROM peer_cursors WHERE peer = ?",
                                row -> row.getLong("seq"),
                                server.value())
                        .orElse(0L));
    }

    /// Everything up to `seq` is stored here. Waits for no flush: what is read twice after a crash
    /// changes nothing.
    public void advance(PartyId server, long seq) {
        journal.transactUnflushed(sql ->
                sql.update(
                        "INSERT INTO peer_cursors (peer, seq) VALUES (?, ?) ON CONFLICT DO"
                                + " UPDATE SET seq = max(seq, excluded.seq)",
                        server.value(),
                        seq));
    }
}
