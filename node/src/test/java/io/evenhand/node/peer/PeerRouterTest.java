package io.evenhand.node.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.Capacity;
import io.evenhand.node.Node;
import io.evenhand.node.Tokens;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.BlobName;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerClientOptions;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.PeerServer;
import io.evenhand.node.transport.Progress;
import io.evenhand.node.transport.Received;
import io.evenhand.node.transport.TlsIdentity;
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
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Two protocols on one port, over TLS and with a real journal; both have an exchange of the same
/// reference.
class PeerRouterTest {
    private static final Bytes32 REF = new Bytes32(1, 2, 3, 4);

    @TempDir Path root;
    private Store store;
    private Tokens tokens;
    private Toy first;
    private Toy second;
    private PeerServer server;
    private Node node;
    private PeerClient client;

    @BeforeEach
    void start() throws IOException {
        NodeKeys keys = keys("server");
        InstantSource clock = InstantSource.system();
        store = Store.open(root.resolve("server"), keys, clock);
        node = Node.of(store, keys, clock, _ -> {}, (_, _, _, _) -> {});
        tokens = new Tokens(store.peers(), clock);
        Outboxes outboxes = new Outboxes(store.peerOutbox());
        first = toy("first", outboxes, true);
        second = toy("second", outboxes, false);
        server =
                PeerServer.start(
                        node.tls(),
                        Capacity.DEFAULT.serverOptions("127.0.0.1", 0),
                        new PeerRouter(tokens, outboxes, List.of(first, second)));
        outboxes.onNews(server::wake);
        client =
                PeerClient.of(
                        new TlsIdentity(keys("client").identity()),
                        invite(),
                        PeerClientOptions.DEFAULT);
    }

    private Toy toy(String protocol, Outboxes outboxes, boolean guests) throws IOException {
        Path files = Files.createDirectories(root.resolve(protocol));
        return Toy.of(protocol, node, outboxes, guests, files);
    }

    private NodeKeys keys(String party) throws IOException {
        return NodeKeys.create(
                DataDirectory.identityFile(Files.createDirectories(root.resolve(party))),
                Optional.empty(),
                new SecureRandom());
    }

    private Invite invite() {
        return tokens.invite(
                "127.0.0.1",
                server.port(),
                node.identity().party(),
                "TOY",
                "toy",
                Duration.ofHours(1));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        store.close();
    }

    private static Envelope ask(String protocol) {
        return new Envelope(
                protocol,
                REF,
                new Octets(Records.encode(Toy.Message.class, new Toy.Message.Ask("?"))),
                List.of());
    }

    private static void refused(String words, Executable action) {
        PeerException e = assertThrows(PeerException.class, action);
        assertEquals(PeerException.Kind.REFUSED, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains(words), e.getMessage());
    }

    @Test
    @DisplayName("a message goes to its protocol, and so does the answer")
    void messages() throws Exception {
        client.join(invite().token());
        client.send(ask("first"));
        client.send(ask("second"));
        client.send(ask("second"));
        assertEquals(1, asked(first));
        assertEquals(2, asked(second));
        List<String> answers =
                client.poll(0, Duration.ofSeconds(1)).stream()
                        .map(Received::envelope)
                        .map(Envelope::protocol)
                        .toList();
        assertEquals(List.of("first", "second", "second"), answers);
    }

    private static int asked(Toy toy) {
        return toy.sessions.state(REF).orElseThrow() instanceof Toy.State.Open(var _, int asked)
                ? asked
                : 0;
    }

    @Test
    @DisplayName("a protocol that is not served is refused by name")
    void unknown() throws Exception {
        client.join(invite().token());
        refused("only first, second is served here", () -> client.send(ask("third")));
        Path file = Files.writeString(root.resolve("file"), "bytes");
        refused(
                "only first, second is served here",
                () -> client.upload(new BlobName("third", REF, "file"), file, Progress.NONE));
        assertEquals(List.of(), store.sessions().all());
    }

    @Test
    @DisplayName(
            "a file goes to the exchange of its protocol, though another has the same reference")
    void files() throws Exception {
        client.join(invite().token());
        client.send(ask("second"));
        Path file = Files.writeString(root.resolve("file"), "bytes");
        refused(
                "no exchange",
                () -> client.upload(new BlobName("first", REF, "file"), file, Progress.NONE));
        client.upload(new BlobName("second", REF, "file"), file, Progress.NONE);
        assertEquals("bytes", Files.readString(root.resolve("second").resolve("file")));
        assertTrue(Files.notExists(root.resolve("first").resolve("file")));
    }

    @Test
    @DisplayName("who hears that its file is here need not send it again, also after a power cut")
    void filesAreFlushed() throws Exception {
        client.join(invite().token());
        client.send(ask("second"));
        Path file = Files.writeString(root.resolve("file"), "bytes");
        store.flush();
        long before = store.counts().flushes();
        client.upload(new BlobName("second", REF, "file"), file, Progress.NONE);
        assertEquals(before + 1, store.counts().flushes());
        client.upload(new BlobName("second", REF, "file"), file, Progress.NONE);
    }

    @Test
    @DisplayName("a guest of one protocol is a stranger to the other")
    void guests() throws Exception {
        client.send(ask("first"));
        refused("join with an invite", () -> client.send(ask("second")));
        assertEquals(1, asked(first));
        assertEquals(Optional.empty(), second.sessions.state(REF));
    }

    @Test
    @DisplayName("a node that speaks both hears each answer once, in its protocol")
    void bothAtOnce() throws Exception {
        NodeKeys keys = keys("both");
        InstantSource clock = InstantSource.system();
        try (Store own = Store.open(root.resolve("both"), keys, clock)) {
            Node caller = Node.of(own, keys, clock, _ -> {}, (_, _, _, _) -> {});
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            Map<String, ServerLink.Taker> takers =
                    Map.of(
                            "first",
                            (_, envelope) -> heard.add("first: " + envelope.protocol()),
                            "second",
                            (_, envelope) -> heard.add("second: " + envelope.protocol()));
            try (ServerLinks links = new ServerLinks(caller, takers)) {
                links.join(invite());
                PeerClient link = links.link(node.identity().party()).client();
                link.send(ask("second"));
                assertEquals("second: second", heard.take());
                link.send(ask("first"));
                assertEquals("first: first", heard.take());
            }
        }
    }

    @Test
    @DisplayName("two gates of one protocol are a mistake")
    void twice() {
        Outboxes outboxes = new Outboxes(store.peerOutbox());
        assertThrows(
                IllegalArgumentException.class,
                () -> new PeerRouter(tokens, outboxes, List.of(first, first)));
    }
}
