package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.node.transport.PeerServerOptions.Room;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Peers that hold connections without using them. Each must be gone within the stated limit and
/// leave its place to others.
class ConnectionLimiterTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity CLIENT = TestNode.identity(2);
    private static final TlsIdentity OTHER = TestNode.identity(3);
    private static final String ASK = "GET /v1/outbox?after=0 HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final Charset LATIN = StandardCharsets.ISO_8859_1;
    private static final Duration STALL = Duration.ofMillis(1_500);

    /// The limit, and a slow machine; far less than any trickle here lasts.
    private static final Duration SOON = Duration.ofSeconds(60);

    /// Between two bytes of a peer that trickles: well within every limit on a pause.
    private static final int TRICKLE_MILLIS = 250;

    @TempDir Path directory;
    private TestNode node;

    private static PeerServerOptions impatient(Duration limit) {
        return PeerServerOptions.on("127.0.0.1", 0)
                .withTimes(limit, limit)
                .withRoom(Room.DEFAULT.withStrangers(64, limit));
    }

    /// The first handshake of a process is far slower than the limits here.
    @BeforeEach
    void node() throws Exception {
        node = new TestNode(directory);
        node.known.add(CLIENT.party());
        try (PeerServer patient = node.serve(SERVER);
                PeerClient client = client(patient)) {
            client.send(TestNode.envelope("warm"));
        }
        node.delivered.clear();
    }

    private static PeerClient client(PeerServer server) {
        return new PeerClient(
                CLIENT, "127.0.0.1", server.port(), SERVER.party(), PeerClientOptions.DEFAULT);
    }

    private static RawTls raw(PeerServer server) throws IOException {
        return raw(server, CLIENT, "127.0.0.1");
    }

    private static RawTls raw(PeerServer server, TlsIdentity who, String from) throws IOException {
        return new RawTls(who.clientContext(SERVER.party()), server.port(), from);
    }

    private static void ask(RawTls raw, String status) throws IOException {
        raw.write(ASK);
        String answer = raw.answer();
        assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
    }

    /// Sends a byte now and then until the server hangs up; says how long that took.
    private static Duration trickle(Socket socket, String text) throws IOException {
        socket.setSoTimeout(TRICKLE_MILLIS);
        long start = System.nanoTime();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Duration taken = Duration.ZERO;
        for (int i = 0; taken.compareTo(SOON.multipliedBy(2)) < 0; i++) {
            if (!bears(socket, i < bytes.length ? bytes[i] : -1)) {
                return taken;
            }
            taken = Duration.ofNanos(System.nanoTime() - start);
        }
        return taken;
    }

    /// Whether the server still listens after one more byte, if it is one, and a while.
    private static boolean bears(Socket socket, int next) {
        try {
            if (next >= 0) {
                socket.getOutputStream().write(next);
                socket.getOutputStream().flush();
            }
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException _) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static void soon(Duration taken) {
        assertTrue(taken.compareTo(SOON) < 0, "only after " + taken);
    }

    @Test
    @DisplayName("who connects and says nothing, or only the beginning of a handshake, is cut off")
    void noHandshake() throws Exception {
        try (PeerServer server = node.serve(SERVER, impatient(STALL))) {
            for (String beginning : List.of("", "\u0016\u0003\u0001\u0002\u0000\u0001")) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                    soon(trickle(socket, beginning));
                }
            }
        }
    }

    @Test
    @DisplayName("who shakes hands and then says nothing, or trickles a first line, is cut off")
    void noRequest() throws Exception {
        try (PeerServer server = node.serve(SERVER, impatient(STALL))) {
            for (String beginning : List.of("", "GET /v1/outbox?after=" + "0".repeat(400))) {
                try (RawTls raw = raw(server)) {
                    soon(trickle(raw.socket, beginning));
                }
            }
        }
    }

    @Test
    @DisplayName("a second request that trickles is cut off, in its line, headers or body")
    void slowSecondRequest() throws Exception {
        String put =
                "PUT "
                        + TestNode.BLOBS
                        + TestNode.REF
                        + "/input HTTP/1.1\r\nHost: x\r\nContent-Range: bytes 0-9999/10000\r\n"
                        + "Content-Length: 10000\r\n";
        for (String head : List.of("", put, put + "\r\n")) {
            Await.withLimit(STALL, limit -> isCutOff(head, limit));
        }
    }

    private boolean isCutOff(String head, Duration limit) throws Exception {
        try (PeerServer server = node.serve(SERVER, impatient(limit).withMaxPeerRequests(1));
                PeerClient client = client(server)) {
            try (RawTls raw = raw(server)) {
                if (!served(raw, ASK)) {
                    return false;
                }
                raw.write(head);
                soon(trickle(raw.socket, "x".repeat(2000)));
            }
            // The one request this peer may have at a time is free again.
            client.send(TestNode.envelope("hello"));
            return true;
        }
    }

    /// False if the server cut this connection off before it had the request.
    private static boolean served(RawTls raw, String request) {
        try {
            raw.write(request);
            String answer = raw.answer();
            assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 200"), answer);
            return !answer.isEmpty();
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    @DisplayName("a connection that made its request in time may wait longer for the answer")
    void longPoll() throws Exception {
        Await.withLimit(
                STALL,
                limit -> {
                    try (PeerServer server = node.serve(SERVER, impatient(limit));
                            RawTls raw = raw(server)) {
                        long wait = limit.multipliedBy(3).toSeconds();
                        String ask = "GET /v1/outbox?after=0&wait=" + wait;
                        long start = System.nanoTime();
                        if (!served(raw, ask + " HTTP/1.1\r\nHost: x\r\n\r\n")) {
                            return false;
                        }
                        Duration taken = Duration.ofNanos(System.nanoTime() - start);
                        assertTrue(taken.compareTo(limit.multipliedBy(2)) > 0, taken + "");
                        return true;
                    }
                });
    }

    @Test
    @DisplayName("a key beyond its connections loses its oldest, and another key loses none")
    void perKey() throws Exception {
        PeerServerOptions few =
                PeerServerOptions.on("127.0.0.1", 0).withRoom(Room.DEFAULT.withKnown(100, 3));
        node.known.add(OTHER.party());
        try (PeerServer server = node.serve(SERVER, few);
                RawTls other = raw(server, OTHER, "127.0.0.1")) {
            ask(other, "200");
            List<RawTls> own = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                own.add(raw(server));
                ask(own.getLast(), "200");
            }
            assertEquals("", own.getFirst().rest());
            ask(own.get(1), "200");
            ask(other, "200");
            for (RawTls raw : own) {
                raw.close();
            }
        }
    }

    @Test
    @DisplayName("who is not let in reads why, and the server hangs up")
    void refusedAndClosed() throws Exception {
        String join = RawTls.post(Wire.JOIN, 35) + "\u0081X " + new String(new byte[32], LATIN);
        try (PeerServer server = node.serve(SERVER)) {
            for (String request :
                    List.of(ASK, join, RawTls.post(Wire.MESSAGES, 10) + "0123456789")) {
                try (RawTls stranger = raw(server, OTHER, "127.0.0.1")) {
                    stranger.write(request);
                    String answer = stranger.rest();
                    assertTrue(answer.startsWith("HTTP/1.1 403"), answer);
                    assertTrue(answer.contains("Connection: close"), answer);
                    assertTrue(answer.contains("invite"), answer);
                }
            }
        }
    }

    @Test
    @DisplayName("a stranger that asks again and again, for whatever, is gone soon")
    void strangersLife() throws Exception {
        try (PeerServer server = node.serve(SERVER, impatient(STALL));
                RawTls stranger = raw(server, OTHER, "127.0.0.1")) {
            long start = System.nanoTime();
            boolean open = true;
            while (open && System.nanoTime() - start < SOON.multipliedBy(2).toNanos()) {
                try {
                    stranger.write("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
                    open = stranger.answer().startsWith("HTTP/1.1 404");
                } catch (IOException _) {
                    open = false;
                }
            }
            soon(Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /// As many silent connections as there are places for strangers, from each of these addresses.
    private static List<Socket> flood(PeerServer server, int each, String... from)
            throws IOException {
        List<Socket> flood = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (String address : from) {
                flood.add(
                        new Socket("127.0.0.1", server.port(), InetAddress.getByName(address), 0));
            }
        }
        return flood;
    }

    @Test
    @DisplayName("stranger-takes-slots: silent strangers take no place of a known key, old or new")
    void strangersTakeNoPlace() throws Exception {
        // Nobody is cut off for being slow: only the places matter.
        PeerServerOptions patient =
                PeerServerOptions.on("127.0.0.1", 0)
                        .withRoom(Room.DEFAULT.withStrangers(8, Duration.ofHours(1)));
        try (PeerServer server = node.serve(SERVER, patient);
                RawTls before = raw(server);
                PeerClient client = client(server)) {
            ask(before, "200");
            List<Socket> flood =
                    flood(server, 16, "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5");
            client.send(TestNode.envelope("hello"));
            try (RawTls stranger = raw(server, OTHER, "127.0.0.6")) {
                ask(stranger, "403");
            }
            // Where a known key came from as well.
            flood.addAll(flood(server, 32, "127.0.0.1"));
            client.send(TestNode.envelope("again"));
            try (PeerClient fresh = client(server)) {
                fresh.send(TestNode.envelope("anew"));
            }
            ask(before, "200");
            assertEquals(3, node.delivered.size());
            int open = 0;
            for (Socket socket : flood) {
                socket.setSoTimeout(1);
                open += bears(socket, -1) ? 1 : 0;
                socket.close();
            }
            assertTrue(open <= 16, open + " strangers hold a place");
        }
    }

    @Test
    @DisplayName("guests of a server open to all take no place of a known key")
    void guests() throws Exception {
        node.open = true;
        PeerServerOptions few =
                PeerServerOptions.on("127.0.0.1", 0)
                        .withRoom(new Room(4, 4, 2, 8, Duration.ofHours(1)));
        try (PeerServer server = node.serve(SERVER, few);
                RawTls known = raw(server)) {
            ask(known, "200");
            List<RawTls> guests = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                guests.add(raw(server, TestNode.identity(10 + i), "127.0.0." + (2 + i % 2)));
                ask(guests.getLast(), "200");
            }
            ask(known, "200");
            for (RawTls guest : guests.subList(0, 4)) {
                assertEquals("", guest.rest());
            }
            for (RawTls guest : guests) {
                guest.close();
            }
        }
    }

    @Test
    @DisplayName("a peer gets no more than its bandwidth")
    void bandwidth() throws Exception {
        int size = 3 << 20;
        Path file = TestFiles.write(directory.resolve("file"), size);
        PeerServerOptions limited =
                PeerServerOptions.on("127.0.0.1", 0)
                        .withBytesPerSecond(OptionalLong.empty(), OptionalLong.of(1 << 20));
        try (PeerServer server = node.serve(SERVER, limited);
                PeerClient client = client(server)) {
            long start = System.nanoTime();
            client.upload(TestNode.blob("a"), file, Progress.NONE);
            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            assertEquals(1, node.completed.size());
            // Three seconds, less what a limit lets through at once.
            assertTrue(taken.toMillis() > 2_500, taken + "");
        }
    }

    @Test
    @DisplayName("a peer that has used its bandwidth up does not slow down another")
    void ownBandwidth() throws Exception {
        Bandwidth bandwidth =
                new Bandwidth(
                        PeerServerOptions.on("127.0.0.1", 0)
                                .withBytesPerSecond(OptionalLong.empty(), OptionalLong.of(1)));
        long start = System.nanoTime();
        bandwidth.take(CLIENT.party(), 1_000);
        bandwidth.take(SERVER.party(), 1_000);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(taken.toSeconds() < 500, taken + "");
    }
}
