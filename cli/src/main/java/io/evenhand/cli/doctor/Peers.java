package io.evenhand.cli.doctor;

import io.evenhand.cli.Home;
import io.evenhand.node.store.Journal;
import io.evenhand.node.store.ServerTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/// Whether the servers that this node knows can be reached.
final class Peers {
    private static final int PATIENCE_MILLIS = 3_000;

    /// The newest ones: a customer may have known hundreds.
    private static final int MOST = 10;

    private Peers() {}

    static List<Finding> look(Home home) {
        try {
            return Journal.isIn(home.directory()) ? known(home) : List.of();
        } catch (StoreException e) {
            // Told where the journal is looked at.
            return List.of();
        }
    }

    private static List<Finding> known(Home home) {
        try (Store store = Store.openForReading(home.directory())) {
            return store.servers().all().stream().limit(MOST).map(Peers::reach).toList();
        }
    }

    private static Finding reach(ServerTable.Server server) {
        String name =
                "%s \"%s\" at %s:%d"
                        .formatted(server.service(), server.name(), server.host(), server.port());
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.host(), server.port()), PATIENCE_MILLIS);
            return Finding.ok("peer", name + " can be reached");
        } catch (IOException e) {
            return Finding.warn(
                    "peer",
                    name + " cannot be reached",
                    "ask its operator; open exchanges with it wait");
        }
    }
}
