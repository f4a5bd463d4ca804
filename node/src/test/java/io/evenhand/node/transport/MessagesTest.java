package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessagesTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity CLIENT = TestNode.identity(2);
    private static final TlsIdentity OTHER = TestNode.identity(3);
    private static final Bytes32 TOKEN = new Bytes32(9, 9, 9, 9);

    @TempDir Path directory;
    private TestNode node;
    private PeerServer server;
    private PeerClient client;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        server = node.serve(SERVER);
        client = client(CLIENT);
        node.known.add(CLIENT.party());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private PeerClient client(TlsIdentity me) {
        return new PeerClient(
                me, "127.0.0.1", server.port(), SERVER.party(), PeerClientOptions.DEFAULT);
    }

    private static Outgoing outgoing(long seq, int bytes) {
        Envelope envelope =
                new Envelope("delegation", TestNode.REF, new Octets(new byte[bytes]), List.of());
        return new Outgoing(seq, new Octets(Records.encode(envelope)));
    }

    private RawTls raw() throws IOException {
        return new RawTls(CLIENT.clientContext(SERVER.party()), server.port());
    }

    @Test
    @DisplayName("a message arrives whole, with its secrets")
    void delivers() throws Exception {
        client.send(TestNode.envelope("hello"));
        assertEquals(TestNode.envelope("hello"), node.delivered.take());
    }

    @Test
    @DisplayName("a message as large as the limit arrives, a larger one is refused with 413")
    void largest() throws Exception {
        Envelope largest =
                new Envelope(
                        "delegation",
                        TestNode.REF,
                        new Octets(new byte[Envelope.MAX_MESSAGE_BYTES]),
                        List.of());
        client.send(largest);
        assertEquals(largest, node.delivered.take());
        try (RawTls raw = raw()) {
            raw.write(RawTls.post(Wire.MESSAGES, Envelope.MAX_BYTES + 1));
            raw.write("x".repeat(Envelope.MAX_BYTES + 1));
            String answer = raw.answer();
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
            assertTrue(answer.endsWith("body of 262145 bytes, limit 262144\n"), answer);
        }
        try (RawTls raw = raw()) {
            // Not worth reading: answered and closed at once.
            raw.write(RawTls.post(Wire.MESSAGES, Integer.MAX_VALUE));
            String answer = raw.rest();
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
        }
        assertTrue(node.delivered.isEmpty());
    }

    @Test
    @DisplayName("a body that is not canonical CBOR of an envelope is refused with 400 in one line")
    void malformed() throws Exception {
        for (String body : new String[] {"\u0083", "\u0080", "x", "\u00ff\u00ff", ""}) {
            try (RawTls raw = raw()) {
                raw.write(RawTls.post(Wire.MESSAGES, body.length()) + body);
                String answer = raw.answer();
                assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
                String line = answer.substring(answer.indexOf("\r\n\r\n") + 4);
                assertTrue(line.strip().length() > 5, answer);
                assertEquals(line.length() - 1, line.indexOf('\n'), answer);
            }
        }
        assertTrue(node.delivered.isEmpty());
    }

    @Test
    @DisplayName("a body without a length, an unknown path and an overlong header are refused")
    void unusual() throws Exception {
        try (RawTls raw = raw()) {
            raw.write(
                    "POST /v1/messages HTTP/1.1\r\nHost: x\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n");
            assertTrue(raw.answer().startsWith("HTTP/1.1 400 "));
        }
        try (RawTls raw = raw()) {
            raw.write("GET /v1/anything HTTP/1.1\r\nHost: x\r\n\r\n");
            assertTrue(raw.answer().startsWith("HTTP/1.1 404 "));
        }
        try (RawTls raw = raw()) {
            raw.write("GET /v1/outbox HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(5000) + "\r\n\r\n");
            assertTrue(raw.answer().startsWith("HTTP/1.1 4"));
        }
        try (RawTls raw = raw()) {
            raw.write("GET /v1/outbox?after=-1 HTTP/1.1\r\nHost: x\r\n\r\n");
            assertTrue(raw.answer().endsWith("after is not a number\n"));
        }
    }

    @Test
    @DisplayName("an unknown key is refused with 403 and told to join")
    void unknownPeer() throws Exception {
        try (PeerClient stranger = client(OTHER)) {
            for (Request request :
                    List.<Request>of(
                            () -> stranger.send(TestNode.envelope("x")),
                            () -> stranger.poll(0, Duration.ZERO),
                            () ->
                                    stranger.upload(
                                            TestNode.blob("input"),
                                            directory.resolve("none"),
                                            Progress.NONE),
                            () ->
                                    stranger.download(
                                            TestNode.blob("sealed"),
                                            new PeerClient.Fetch(
                                                    directory.resolve("got"),
                                                    1,
                                                    1,
                                                    ChunkSink.ANY,
                                                    Progress.NONE)))) {
                java.nio.file.Files.writeString(directory.resolve("none"), "x");
                var e = assertThrows(PeerException.class, request::run);
                assertEquals(PeerException.Kind.REFUSED, e.kind());
                assertEquals(403, e.status());
                String line = String.valueOf(e.getMessage());
                assertTrue(line.contains("does not know your key"), line);
            }
        }
        assertTrue(node.delivered.isEmpty());
    }

    private interface Request {
        void run() throws PeerException, IOException, InterruptedException;
    }

    @Test
    @DisplayName("a token lets one key in, which may repeat it; a second key is refused")
    void tokenOnce() throws Exception {
        node.tokens.put(TOKEN, Optional.empty());
        try (PeerClient second = client(OTHER);
                PeerClient third = client(TestNode.identity(4))) {
            second.join(TOKEN);
            second.join(TOKEN);
            second.send(TestNode.envelope("in"));
            assertEquals(TestNode.envelope("in"), node.delivered.take());
            for (Bytes32 token : List.of(TOKEN, Bytes32.ZERO)) {
                var e = assertThrows(PeerException.class, () -> third.join(token));
                assertEquals(403, e.status());
                assertTrue(String.valueOf(e.getMessage()).contains("ask for a new one"));
            }
            assertEquals(
                    403,
                    assertThrows(PeerException.class, () -> third.send(TestNode.envelope("out")))
                            .status());
        }
    }

    @Test
    @DisplayName("the handler's refusal arrives as a status and one printable line")
    void refusals() {
        node.refusal =
                Optional.of(new Refused(Refused.Kind.CONFLICT, "not\u001b[2J in\nthis state"));
        var e = assertThrows(PeerException.class, () -> client.send(TestNode.envelope("x")));
        assertEquals(PeerException.Kind.REFUSED, e.kind());
        assertEquals(409, e.status());
        String line = String.valueOf(e.getMessage());
        assertTrue(line.endsWith("answered 409: not [2J in this state"), line);
        node.refusal = Optional.of(new Refused(Refused.Kind.UNAVAILABLE, "re-synchronising"));
        e = assertThrows(PeerException.class, () -> client.send(TestNode.envelope("x")));
        assertEquals(PeerException.Kind.BUSY, e.kind());
        assertTrue(e.again());
        assertEquals(1, node.turnedAway.size(), "only what is refused for good is told");
        assertTrue(node.turnedAway.getFirst().startsWith("a message: not"));
    }

    @Test
    @DisplayName("the outbox gives what comes after a number, in pages, and an empty one at once")
    void outbox() throws Exception {
        assertEquals(List.of(), client.poll(0, Duration.ZERO));
        for (int seq = 1; seq <= 100; seq++) {
            node.outgoing.add(outgoing(seq, 10));
        }
        List<Received> first = client.poll(0, Duration.ofSeconds(30));
        assertEquals(Wire.MAX_PAGE_ITEMS, first.size());
        List<Received> rest = client.poll(first.getLast().seq(), Duration.ofSeconds(30));
        assertEquals(100, rest.getLast().seq());
        assertEquals(36, rest.size());
    }

    @Test
    @DisplayName("a page of the outbox ends before it becomes too large, with at least one entry")
    void largePages() throws Exception {
        for (int seq = 1; seq <= 5; seq++) {
            node.outgoing.add(outgoing(seq, Envelope.MAX_MESSAGE_BYTES));
        }
        long after = 0;
        for (int expected : new int[] {2, 2, 1}) {
            List<Received> page = client.poll(after, Duration.ZERO);
            assertEquals(expected, page.size());
            after = page.getLast().seq();
        }
    }

    @Test
    @DisplayName("a long poll returns within 200 ms of waking it")
    void wakes() throws Exception {
        client.poll(0, Duration.ZERO);
        node.polled.clear();
        var waiting = poll(client);
        node.polled.take();
        node.outgoing.add(outgoing(1, 10));
        long start = System.nanoTime();
        server.wake(CLIENT.party());
        assertEquals(1, waiting.get().getFirst().seq());
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis < 200, millis + " ms");
    }

    private static CompletableFuture<List<Received>> poll(PeerClient client) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return client.poll(0, Duration.ofSeconds(30));
                    } catch (PeerException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }

    @Test
    @DisplayName("one long poll too many sends the oldest home, the newest hears the bell")
    void manyPolls() throws Exception {
        CompletableFuture<List<Received>> oldest = poll(client);
        node.polled.take();
        CompletableFuture<List<Received>> newest = oldest;
        for (int i = 0; i < LongPolls.MAX_WAITING; i++) {
            newest = poll(client);
            node.polled.take();
        }
        assertEquals(List.of(), oldest.get());
        node.outgoing.add(outgoing(1, 10));
        server.wake(CLIENT.party());
        assertEquals(1, newest.get().getFirst().seq());
    }

    @Test
    @DisplayName("a closing server answers its long polls")
    void closing() throws Exception {
        var waiting = poll(client);
        node.polled.take();
        server.close();
        assertEquals(List.of(), waiting.get());
    }

    @Test
    @DisplayName("a server that is not there is unreachable, and one line says so")
    void unreachable() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (PeerClient nobody =
                new PeerClient(
                        CLIENT, "127.0.0.1", port, SERVER.party(), PeerClientOptions.DEFAULT)) {
            var e = assertThrows(PeerException.class, () -> nobody.send(TestNode.envelope("x")));
            assertEquals(PeerException.Kind.UNREACHABLE, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("is it running"), e.getMessage());
        }
    }

    @Test
    @DisplayName("a client goes on after its server was started again")
    void restart() throws Exception {
        client.send(TestNode.envelope("before"));
        int port = server.port();
        server.close();
        server = node.serve(SERVER, PeerServerOptions.on("127.0.0.1", port));
        client.send(TestNode.envelope("after"));
        assertEquals(2, node.delivered.size());
    }

    @Test
    @DisplayName("a port in use is named in one line")
    void portInUse() {
        var e =
                assertThrows(
                        IOException.class,
                        () -> node.serve(SERVER, PeerServerOptions.on("127.0.0.1", server.port())));
        assertTrue(String.valueOf(e.getMessage()).contains("cannot listen on 127.0.0.1:"));
    }
}
