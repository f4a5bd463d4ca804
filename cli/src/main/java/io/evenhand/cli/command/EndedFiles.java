package io.evenhand.cli.command;

import io.evenhand.cli.Home;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The large files that exchanges which are over left in a data directory: sealed and opened works,
/// inputs, hidden data. Journal and evidence bundles are small and stay.
///
/// @param keptFor why they are still needed; nothing if they may go
public record EndedFiles(
        SessionTable.Stored exchange, List<String> names, long bytes, Optional<String> keptFor) {
    /// Those of all exchanges that are over, the oldest first. What belongs to one of an unknown
    /// protocol is nobody's to judge and is not among them, nor is what belongs to no exchange of
    /// the journal: the next start erases that.
    public static List<EndedFiles> of(List<CliProtocol> protocols, Store store, Home home)
            throws IOException {
        SessionFiles files = new SessionFiles(home.directory().resolve("blobs"));
        List<EndedFiles> found = new ArrayList<>();
        for (SessionKey key : files.sessions()) {
            Optional<SessionTable.Stored> stored =
                    store.sessions().find(key).filter(SessionTable.Stored::ended);
            Optional<CliProtocol> protocol = CliProtocol.of(protocols, key.role());
            if (stored.isPresent() && protocol.isPresent()) {
                List<String> names = files.names(key);
                Optional<String> needed = protocol.get().filesNeeded(store, home, stored.get());
                if (!names.isEmpty()) {
                    found.add(new EndedFiles(stored.get(), names, files.size(key), needed));
                }
            }
        }
        found.sort((a, b) -> Long.compare(a.exchange.updatedAt(), b.exchange.updatedAt()));
        return found;
    }

    /// Whether the exchange ended so long ago.
    public boolean isOlderThan(Duration age, Instant now) {
        return exchange.updatedAt() + age.toSeconds() <= now.getEpochSecond();
    }

    Instant endedAt() {
        return Instant.ofEpochSecond(exchange.updatedAt());
    }
}
