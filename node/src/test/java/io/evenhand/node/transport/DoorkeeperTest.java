package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Peers that hold connections without using them. Each must be gone within the stated limit and
/// leave its place to others.
@Timeout(120)
class DoorkeeperTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity CLIENT = TestNode.identity(2);
    private static final Duration STALL = Duration.ofMillis(1_500);

    /// The limit, a quarter for the look that finds it, and a slow machine.
    private static final Duration SOON = STALL.multipliedBy(2).plusSeconds(8);

    /// Between two bytes of a peer that trickles: well within every limit on a pause.
    private static final int TRICKLE_MILLIS = 50;

    @TempDir Path directory;
    private TestNode node;

    private static PeerServerOptions impatient() {
        return PeerServerOptions.on("127.0.0.1", 0).withTimes(STALL, STALL);
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
        return new RawTls(CLIENT.clientContext(SERVER.party()), server.port());
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
        try (PeerServer server = node.serve(SERVER, impatient())) {
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
        try (PeerServer server = node.serve(SERVER, impatient())) {
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
                        + Wire.BLOBS
                        + TestNode.REF
                        + "/input HTTP/1.1\r\nHost: x\r\nContent-Range: bytes 0-9999/10000\r\n"
                        + "Content-Length: 10000\r\n";
        String good = "GET /v1/outbox?after=0 HTTP/1.1\r\nHost: x\r\n\r\n";
        try (PeerServer server = node.serve(SERVER, impatient().withMaxPeerRequests(1));
                PeerClient client = client(server)) {
            for (String head : List.of("", put, put + "\r\n")) {
                try (RawTls raw = raw(server)) {
                    raw.write(good);
                    assertTrue(raw.answer().startsWith("HTTP/1.1 200"));
                    raw.write(head);
                    soon(trickle(raw.socket, "x".repeat(2000)));
                }
                // The one request this peer may have at a time is free again.
                client.send(TestNode.envelope("hello"));
            }
        }
    }

    @Test
    @DisplayName("a connection that made its request in time may wait longer for the answer")
    void longPoll() throws Exception {
        try (PeerServer server = node.serve(SERVER, impatient());
                RawTls raw = raw(server)) {
            raw.write("GET /v1/outbox?after=0&wait=5 HTTP/1.1\r\nHost: x\r\n\r\n");
            long start = System.nanoTime();
            assertTrue(raw.answer().startsWith("HTTP/1.1 200"));
            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(taken.compareTo(STALL.multipliedBy(2)) > 0, taken + "");
        }
    }

    @Test
    @DisplayName("more connections from one address than it may have are closed at once")
    void perAddress() throws Exception {
        PeerServerOptions few = PeerServerOptions.on("127.0.0.1", 0).withConnections(100, 3);
        try (PeerServer server = node.serve(SERVER, few)) {
            List<RawTls> guests = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                RawTls raw = raw(server);
                raw.write("GET /v1/outbox?after=0 HTTP/1.1\r\nHost: x\r\n\r\n");
                assertTrue(raw.answer().startsWith("HTTP/1.1 200"));
                guests.add(raw);
            }
            try (PeerClient fourth = client(server)) {
                var e =
                        assertThrows(
                                PeerException.class, () -> fourth.send(TestNode.envelope("x")));
                assertEquals(PeerException.Kind.UNREACHABLE, e.kind());
                assertTrue(e.again());
            }
            guests.getFirst().close();
            Await.until(
                    "there is room again",
                    () -> {
                        try (PeerClient client = client(server)) {
                            client.send(TestNode.envelope("x"));
                            return true;
                        } catch (PeerException _) {
                            return false;
                        }
                    });
            for (RawTls guest : guests) {
                guest.close();
            }
        }
    }

    @Test
    @DisplayName("all connections taken by silent peers: a good one waits until they are cut off")
    void full() throws Exception {
        PeerServerOptions few = impatient().withConnections(2, 2);
        try (PeerServer server = node.serve(SERVER, few);
                Socket one = new Socket(InetAddress.getLoopbackAddress(), server.port());
                Socket two = new Socket(InetAddress.getLoopbackAddress(), server.port());
                PeerClient client = client(server)) {
            assertTrue(one.isConnected() && two.isConnected());
            client.send(TestNode.envelope("hello"));
            assertEquals(1, node.delivered.size());
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
            client.upload(TestNode.REF, "a", file, Progress.NONE);
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
