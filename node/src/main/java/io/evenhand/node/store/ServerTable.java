package io.evenhand.node.store;

import io.evenhand.kit.value.PartyId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// The servers that let this node in: where they listen and which key they have.
public final class ServerTable {
    /// In place of the time at which it let us in.
    private static final long HEARD_OF = 0;

    private final Journal journal;
    private final InstantSource clock;

    ServerTable(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /// @param service such as `provider`
    /// @param name what it calls itself, for people
    public record Server(PartyId party, String service, String name, String host, int port) {}

    /// Notes a server that knows us, or its new address.
    public void put(Server server) {
        put(server, clock.instant().getEpochSecond());
    }

    /// Notes a server of which another one told us: it may ask for an invite.
    public void hearOf(Server server) {
        put(server, HEARD_OF);
    }

    private void put(Server server, long joinedAt) {
        journal.transact(sql ->
                sql.update(
                        "INSERT INTO servers (party, service, name, host, port, joined_at)"
                                + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                                + " service = excluded.service, name = excluded.name, host"
                                + " = excluded.host, port = excluded.port, joined_at ="
                                + " IIF(joined_at = 0, excluded.joined_at, joined_at)",
                        server.party().value(),
                        server.service(),
                        server.name(),
                        server.host(),
                        server.port(),
                        joinedAt));
    }

    /// Whether it let us in with an invite.
    public boolean isJoined(PartyId party) {
        return journal.read(sql ->
                sql.one(
                                "SELECT joined_at FROM servers WHERE party = ?",
                                row -> row.getLong("joined_at"),
                                party.value())
                        .filter(joinedAt -> joinedAt != HEARD_OF)
                        .isPresent());
    }

    public Optional<Server> find(PartyId party) {
        return journal.read(sql ->
                sql.one(
                        "SELECT party, service, name, host, port FROM servers WHERE party =" + " ?",
                        ServerTable::row,
                        party.value()));
    }

    /// The newest first.
    public List<Server> all() {
        return journal.read(sql ->
                sql.all(
                        "SELECT party, service, name, host, port FROM servers ORDER BY"
                                + " joined_at DESC, rowid DESC",
                        ServerTable::row));
    }

    private static Server row(ResultSet row) throws SQLException {
        return new Server(
                new PartyId(Sql.bytes32(row, "party")),
                row.getString("service"),
                row.getString("name"),
                row.getString("host"),
                row.getInt("port"));
    }
}
