package io.evenhand.node.delegation.customer;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.ServiceCard;
import io.evenhand.node.peer.ServerLinks;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.ServerTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerClientOptions;
import io.evenhand.node.transport.PeerException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// What a provider offers, asked before anything is signed, paid or begun. Open exchanges are left
/// alone: its outbox is not read.
///
/// @param server where it was asked
/// @param card what it says; nothing of it is proven
public record ProviderQuote(ServerTable.Server server, ServiceCard card) {
    /// A user waits for it.
    private static final PeerClientOptions PATIENCE =
            PeerClientOptions.DEFAULT.withAttempts(2).withStall(Duration.ofSeconds(10));

    /// Asks.
    ///
    /// @param invite is used up, if this provider does not know us yet, and lets this node in for
    ///   good; nothing if it did before
    /// @throws MalformedException if what it answers is no offer, or one that no customer should
    ///   follow
    public static ProviderQuote ask(
            Path directory,
            NodeKeys keys,
            PartyId provider,
            Optional<Invite> invite,
            InstantSource clock,
            EventSink events)
            throws PeerException, IOException, InterruptedException {
        try (Store store = Store.open(directory, keys, clock)) {
            Node node = Node.of(store, keys, clock, events, (_, _, _, _) -> {});
            if (invite.isPresent()) {
                try (ServerLinks links = new ServerLinks(node, Map.of())) {
                    links.join(invite.get(), PATIENCE);
                }
            }
            ServerTable.Server server = known(store, provider);
            try (PeerClient client =
                    new PeerClient(node.tls(), server.host(), server.port(), provider, PATIENCE)) {
                return new ProviderQuote(server, CardFetch.from(client, store.directory().path()));
            }
        }
    }

    private static ServerTable.Server known(Store store, PartyId provider) {
        ServerTable.Server server =
                store.servers()
                        .find(provider)
                        .orElseThrow(() ->
                                new MalformedException(
                                        "no address is known for "
                                                + provider
                                                + ": name it once by its invite"));
        if (!server.service().equals(DelegationRoles.PROVIDER.part())) {
            throw new MalformedException(
                    provider + " is known as a " + server.service() + ", not as a provider");
        }
        return server;
    }
}
