package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One exchange of a data directory, and what its protocol says of it.
///
/// @param known its protocol; nothing if this program does not know the role of the exchange
public record StoredExchange(
        SessionTable.Stored stored, Optional<CliProtocol> known, Summary summary) {
    /// All of them, the newest first.
    static List<StoredExchange> all(List<CliProtocol> protocols, Store store) {
        return store.sessions().all().stream()
                .map(stored ->
                        CliProtocol.of(protocols, stored.key().role())
                                .map(protocol -> of(protocol, store, stored))
                                .orElseGet(() -> unknown(stored)))
                .toList();
    }

    static StoredExchange of(CliProtocol protocol, Store store, SessionTable.Stored stored) {
        return new StoredExchange(stored, Optional.of(protocol), protocol.summary(store, stored));
    }

    /// One that another program began keeps none of the others from being shown.
    private static StoredExchange unknown(SessionTable.Stored stored) {
        String why =
                "this program does not know \""
                        + stored.key().role().id()
                        + "\": use the one that began it";
        Summary summary = new Summary("Unknown", why, "", "", false, Map.of(), Map.of());
        return new StoredExchange(stored, Optional.empty(), summary);
    }

    /// For what only its protocol can do.
    public CliProtocol protocol() {
        return known.orElseThrow(() ->
                new CliException(
                        ExitCode.STORAGE,
                        "exchange " + stored.key().ref() + ": " + summary.detail()));
    }

    /// The one that a user means by its reference or xid, or the beginning of one.
    public static StoredExchange find(
            List<CliProtocol> protocols, Store store, Home home, String prefix) {
        String wanted = prefix.startsWith("0x") ? prefix.substring(2) : prefix;
        if (!wanted.matches("[0-9a-f]{4,64}")) {
            throw CliException.usage(
                    "\"" + prefix + "\" names no exchange: write 4 to 64 of its hex digits");
        }
        List<StoredExchange> found =
                all(protocols, store).stream()
                        .filter(exchange -> exchange.isCalled(wanted))
                        .toList();
        if (found.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE,
                    "no exchange in "
                            + home
                            + " is called "
                            + prefix
                            + "; \"evenhand list\" shows them");
        }
        if (found.size() > 1) {
            throw CliException.usage(prefix + " fits several exchanges: write more of it");
        }
        return found.getFirst();
    }

    private boolean isCalled(String prefix) {
        return stored.key().ref().toString().startsWith(prefix)
                || stored.xid().filter(xid -> xid.toString().startsWith(prefix)).isPresent();
    }
}
