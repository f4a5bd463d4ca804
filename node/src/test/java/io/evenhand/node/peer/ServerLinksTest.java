package io.evenhand.node.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Capacity;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Tokens;
import io.evenhand.node.Trouble;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.ServerTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.PeerServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A client and a server that moves to another port, or forgets whom it let in.
@Timeout(60)
class ServerLinksTest {
    private static final Bytes32 REF = new Bytes32(1, 2, 3, 4);
    private static final PartyId ALICE = new PartyId(new Bytes32(0, 0, 0, 1));
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir Path root;
    private NodeKeys keys;
    private Store own;
    private ServerLinks links;
    private final BlockingQueue<String> troubles = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws IOException {
        keys = keys("server");
        NodeKeys mine = keys("client");
        own = Store.open(root.resolve("client"), mine, CLOCK);
        Node node = Node.of(own, mine, CLOCK, new Told(), (_, _, _, _) -> {});
        links =
                new ServerLinks(
                        node, Map.of("toy", (_, envelope) -> heard.add(envelope.protocol())));
    }

    private final class Told implements EventSink {
        @Override
        public void on(NodeEvent event) {}

        @Override
        public void trouble(Trouble kind, String line) {
            // A link that is open tells its own.
            if (line.contains("let this node in before")) {
                troubles.add(line);
            }
        }
    }

    @AfterEach
    void stop() {
        links.close();
        own.close();
    }

    private NodeKeys keys(String party) throws IOException {
        return NodeKeys.create(
                DataDirectory.identityFile(Files.createDirectories(root.resolve(party))),
                Optional.empty(),
                new SecureRandom());
    }

    private PartyId party() {
        return keys.identity().party();
    }

    /// The server under one identity, with a journal of this name, on a free port.
    private final class Server implements AutoCloseable {
        final Store store;
        final PeerServer server;
        final Tokens tokens;

        Server(String journal) throws IOException {
            Path home = Files.createDirectories(root.resolve(journal));
            store = Store.open(home, keys, CLOCK);
            Node node = Node.of(store, keys, CLOCK, _ -> {}, (_, _, _, _) -> {});
            tokens = new Tokens(store.peers(), CLOCK);
            Outboxes outboxes = new Outboxes(store.peerOutbox());
            Toy toy = Toy.of("toy", node, outboxes, false, home);
            server =
                    PeerServer.start(
                            node.tls(),
                            Capacity.DEFAULT.serverOptions("127.0.0.1", 0),
                            new PeerRouter(tokens, outboxes, List.of(toy)));
            outboxes.onNews(server::wake);
        }

        Invite invite() {
            return tokens.invite(
                    "127.0.0.1", server.port(), party(), "TOY", "toy", Duration.ofHours(1));
        }

        ServerTable.Server address() {
            return new ServerTable.Server(party(), "toy", "toy", "127.0.0.1", server.port());
        }

        @Override
        public void close() {
            server.close();
            store.close();
        }
    }

    private void ask() throws Exception {
        links.link(party())
                .client()
                .send(
                        new Envelope(
                                "toy",
                                REF,
                                new Octets(
                                        Records.encode(
                                                Toy.Message.class, new Toy.Message.Ask("?"))),
                                List.of()));
    }

    @Test
    @DisplayName(
            "a server that forgot us lets us in again with a new invite, and one that did not"
                    + " keeps it unused")
    void forgotten() throws Exception {
        try (Server server = new Server("before")) {
            links.join(server.invite());
            Invite spare = server.invite();
            links.join(spare);
            assertTrue(server.tokens.join(ALICE, spare.token()));
            ask();
            assertEquals("toy", heard.take());
        }
        try (Server server = new Server("after")) {
            links.join(server.invite());
            assertEquals(1, server.store.peers().all().size());
            ask();
        }
        assertEquals(List.of(), List.copyOf(troubles));
    }

    @Test
    @DisplayName("a server that let us in and does not answer now, or refuses, is told and kept")
    void keptAllTheSame() throws Exception {
        Invite used;
        Invite late;
        try (Server server = new Server("before")) {
            links.join(server.invite());
            used = server.invite();
            assertTrue(server.tokens.join(ALICE, used.token()));
            late = server.invite();
        }
        links.join(late);
        assertFalse(troubles.take().contains("this invite is unknown"));
        try (Server server = new Server("after")) {
            Invite moved =
                    new Invite(
                            "127.0.0.1",
                            server.server.port(),
                            party(),
                            used.service(),
                            used.name(),
                            used.token());
            links.join(moved);
            assertTrue(troubles.take().contains("this invite is unknown"));
        }
    }

    @Test
    @DisplayName("a stranger's refusal is an error")
    void refused() throws Exception {
        try (Server server = new Server("before")) {
            Invite invite = server.invite();
            assertTrue(server.tokens.join(ALICE, invite.token()));
            PeerException e = assertThrows(PeerException.class, () -> links.join(invite));
            assertEquals(PeerException.Kind.REFUSED, e.kind());
            assertFalse(own.servers().isJoined(party()));
        }
    }

    @Test
    @DisplayName("an open link goes on at the address of a newer invite")
    void moved() throws Exception {
        try (Server server = new Server("journal")) {
            links.join(server.invite());
            ask();
            assertEquals("toy", heard.take());
        }
        try (Server server = new Server("journal")) {
            links.join(server.invite());
            ask();
            assertEquals("toy", heard.take());
        }
    }

    @Test
    @DisplayName(
            "the address of a server that is only heard of is renewed; that of one that let us"
                    + " in is not")
    void heardOf() throws Exception {
        try (Server server = new Server("journal")) {
            ServerTable.Server old =
                    new ServerTable.Server(party(), "toy", "toy", "old.example.org", 1);
            links.hearOf(old);
            ServerLink first = links.link(party());
            links.hearOf(old);
            assertSame(first, links.link(party()));
            links.hearOf(server.address());
            assertEquals(Optional.of(server.address()), own.servers().find(party()));
            assertNotSame(first, links.link(party()));
            links.join(server.invite());
            links.hearOf(old);
            assertEquals(Optional.of(server.address()), own.servers().find(party()));
        }
    }
}
