package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import java.util.List;

/// One exchange of a data directory, and what its protocol says of it.
public record StoredExchange(SessionTable.Stored stored, CliProtocol protocol, Summary summary) {
    /// All of them, the newest first.
    static List<StoredExchange> all(List<CliProtocol> protocols, Store store) {
        return store.sessions().all().stream()
                .map(stored -> of(protocol(protocols, stored), store, stored))
                .toList();
    }

    static StoredExchange of(CliProtocol protocol, Store store, SessionTable.Stored stored) {
        return new StoredExchange(stored, protocol, protocol.summary(store, stored));
    }

    private static CliProtocol protocol(List<CliProtocol> protocols, SessionTable.Stored stored) {
        String name = stored.key().role().protocol();
        return protocols.stream()
                .filter(protocol -> protocol.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new CliException(
                                ExitCode.STORAGE,
                                "exchange "
                                        + stored.key().ref()
                                        + " is of the protocol \""
                                        + name
                                        + "\", which this program does not know: use the one that"
                                        + " began it"));
    }

    /// The one that a user means by its reference or xid, or the beginning of one.
    static StoredExchange find(List<CliProtocol> protocols, Store store, Home home, String prefix) {
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
