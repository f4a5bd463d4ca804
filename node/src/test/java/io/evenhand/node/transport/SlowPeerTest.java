package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.node.transport.PeerServerOptions.Room;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowPeerTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity CLIENT = TestNode.identity(2);
    private static final Duration STALL = Duration.ofMillis(500);

    /// More than all buffers of both ends of a connection hold.
    private static final int LARGE = 64 << 20;

    @TempDir Path directory;
    @TempDir Path ours;
    private TestNode node;

    @BeforeEach
    void node() {
        node = new TestNode(directory);
        node.known.add(CLIENT.party());
    }

    private static PeerServerOptions impatient(Duration stall) {
        return TestNode.patient().withStall(stall).withMaxPeerRequests(1);
    }

    private static PeerClient client(int port, Duration stall) {
        return new PeerClient(
                CLIENT,
                "127.0.0.1",
                port,
                SERVER.party(),
                PeerClientOptions.DEFAULT.withStall(stall).withAttempts(1));
    }

    private static RawTls raw(PeerServer server) throws IOException {
        return new RawTls(CLIENT.clientContext(SERVER.party()), server.port());
    }

    @Test
    @DisplayName("a peer that stops in a message, a file or its headers is cut off")
    void stops() throws Exception {
        String[] beginnings = {
            RawTls.post(Wire.MESSAGES, 100) + "x",
            "PUT "
                    + TestNode.BLOBS
                    + TestNode.REF
                    + "/input HTTP/1.1\r\nHost: x\r\nContent-Range: bytes 0-99/100\r\n"
                    + "Content-Length: 100\r\n\r\nx",
            "GET /v1/outbox?after=0 HTTP/1.1\r\nHost: x\r\n"
        };
        Await.withLimit(
                STALL,
                limit -> {
                    // Who never ends its headers lives no longer than a stranger.
                    Room room = Room.DEFAULT.withStrangers(64, limit);
                    try (PeerServer server = node.serve(SERVER, impatient(limit).withRoom(room))) {
                        for (String beginning : beginnings) {
                            try (RawTls raw = raw(server)) {
                                raw.write(beginning);
                                assertEquals("", raw.rest());
                            }
                        }
                        assertTrue(node.delivered.isEmpty());
                        // What the file had is kept.
                        return PartFile.held(node.path("input")) == 1;
                    } catch (IOException _) {
                        // Cut off before it could say its beginning.
                        return false;
                    }
                });
    }

    @Test
    @DisplayName("a peer that trickles a message is cut off, however steady")
    void trickles() throws Exception {
        try (PeerServer server = node.serve(SERVER, impatient(STALL));
                RawTls raw = raw(server)) {
            raw.write(RawTls.post(Wire.MESSAGES, Envelope.MAX_BYTES));
            assertThrows(
                    IOException.class,
                    () -> {
                        for (int i = 1; i < Envelope.MAX_BYTES; i++) {
                            raw.write("x");
                            LockSupport.parkNanos(1_000_000);
                            if (raw.socket.getInputStream().available() > 0) {
                                throw new IOException("answered");
                            }
                        }
                    });
        }
    }

    @Test
    @DisplayName("a peer that asks for a file and never reads it is cut off")
    void neverReads() throws Exception {
        Path file = TestFiles.write(ours.resolve("file"), LARGE);
        node.files.put("sealed", new PeerHandler.BlobSource(file, LARGE));
        try (PeerServer server = node.serve(SERVER, impatient(STALL));
                PeerClient client = client(server.port(), Duration.ofMinutes(5));
                RawTls raw = raw(server)) {
            raw.write(
                    "GET " + TestNode.BLOBS + TestNode.REF + "/sealed HTTP/1.1\r\nHost: x\r\n\r\n");
            Await.until("the file is on its way", () -> server.traffic().sent() > 0);
            // The one request this peer may have at a time is free again once that one is cut.
            Await.until(
                    "the server gave up",
                    () -> {
                        try {
                            client.send(TestNode.envelope("hello"));
                            return true;
                        } catch (PeerException e) {
                            // Or our own message was too slow for this server.
                            boolean cut = e.kind() == PeerException.Kind.UNREACHABLE;
                            assertTrue(cut || e.status() == 429, e.getMessage());
                            return false;
                        }
                    });
            assertTrue(server.traffic().sent() < LARGE);
        }
    }

    /// A server that shakes hands, answers the first requests as told and then falls silent.
    private static final class Silent implements AutoCloseable {
        private final SSLServerSocket listener;
        private final Queue<String> answers = new ConcurrentLinkedQueue<>();
        private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

        Silent(String... answers) throws IOException {
            this.answers.addAll(java.util.List.of(answers));
            listener =
                    (SSLServerSocket)
                            SERVER.serverContext()
                                    .getServerSocketFactory()
                                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            listener.setNeedClientAuth(true);
            Thread.ofPlatform().daemon().start(this::accept);
        }

        private void accept() {
            while (true) {
                try {
                    Socket socket = listener.accept();
                    open.add(socket);
                    Thread.ofPlatform().daemon().start(() -> answer(socket));
                } catch (IOException _) {
                    return;
                }
            }
        }

        private void answer(Socket socket) {
            try {
                StringBuilder head = new StringBuilder();
                for (int c = socket.getInputStream().read();
                        c >= 0;
                        c = socket.getInputStream().read()) {
                    head.append((char) c);
                    if (head.indexOf("\r\n\r\n") < 0) {
                        continue;
                    }
                    String answer = answers.poll();
                    if (answer == null) {
                        return;
                    }
                    head.setLength(0);
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException _) {
                // The client hung up.
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    @DisplayName("a server that never answers a message is unreachable")
    void silentServer() throws Exception {
        try (Silent silent = new Silent();
                PeerClient client = client(silent.listener.getLocalPort(), STALL)) {
            var e = assertThrows(PeerException.class, () -> client.send(TestNode.envelope("x")));
            assertEquals(PeerException.Kind.UNREACHABLE, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("too long"), e.getMessage());
        }
    }

    @Test
    @DisplayName("a download that moves no byte is broken off, tried again, and given up")
    void stalledDownload() throws Exception {
        String start =
                "HTTP/1.1 206 OK\r\nContent-Length: 100\r\nContent-Range: bytes 0-99/100\r\n\r\nx";
        Await.withLimit(
                STALL,
                limit -> {
                    try (Silent silent = new Silent(start, start);
                            PeerClient client = client(silent.listener.getLocalPort(), limit)) {
                        var fetch =
                                new PeerClient.Fetch(
                                        ours.resolve("target"),
                                        100,
                                        100,
                                        ChunkSink.ANY,
                                        Progress.NONE);
                        var e =
                                assertThrows(
                                        PeerException.class,
                                        () -> client.download(TestNode.blob("sealed"), fetch));
                        assertEquals(PeerException.Kind.UNREACHABLE, e.kind());
                        // Its answer came in time, and nothing after it, both times.
                        return String.valueOf(e.getMessage()).contains("no byte of target moved")
                                && silent.answers.isEmpty();
                    }
                });
    }

    @Test
    @DisplayName("an upload that moves no byte is broken off, tried again, and given up")
    void stalledUpload() throws Exception {
        Path file = TestFiles.write(ours.resolve("file"), LARGE);
        String head = "HTTP/1.1 200 OK\r\nUpload-Offset: 0\r\nContent-Length: 0\r\n\r\n";
        try (Silent silent = new Silent(head);
                PeerClient client = client(silent.listener.getLocalPort(), STALL)) {
            var e =
                    assertThrows(
                            PeerException.class,
                            () -> client.upload(TestNode.blob("input"), file, Progress.NONE));
            assertEquals(PeerException.Kind.UNREACHABLE, e.kind());
        }
    }
}
