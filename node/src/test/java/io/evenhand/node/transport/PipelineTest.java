package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PipelineTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity CLIENT = TestNode.identity(2);
    private static final int SIZE = 3 * Wire.WINDOW_BYTES;

    @TempDir Path directory;
    @TempDir Path ours;
    private TestNode node;
    private Path target;

    @BeforeEach
    void node() {
        node = new TestNode(directory);
        node.known.add(CLIENT.party());
        target = ours.resolve("target");
    }

    private static PeerClient client(int port) {
        return new PeerClient(
                CLIENT,
                "127.0.0.1",
                port,
                SERVER.party(),
                PeerClientOptions.DEFAULT.withAttempts(1));
    }

    private static PeerClient.Fetch fetch(Path to, long size) {
        return new PeerClient.Fetch(to, size, TestFiles.CHUNK, ChunkSink.ANY, Progress.NONE);
    }

    private static void head(Socket socket, StringBuilder into) throws IOException {
        InputStream in = socket.getInputStream();
        int start = into.length();
        while (into.indexOf("\r\n\r\n", start) < 0) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("no request came");
            }
            into.append((char) c);
        }
    }

    private static void answer(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// A server that does what ours never does.
    private static final class Odd implements AutoCloseable {
        private final SSLServerSocket listener;
        private final CompletableFuture<String> said = new CompletableFuture<>();

        /// Says what came after its answer, on the connection of the transfer.
        interface Talk {
            String with(Socket socket) throws IOException;
        }

        Odd(Talk... talks) throws IOException {
            listener =
                    (SSLServerSocket)
                            SERVER.serverContext()
                                    .getServerSocketFactory()
                                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            listener.setNeedClientAuth(true);
            Thread.ofVirtual()
                    .start(() -> {
                        List<Socket> open = new ArrayList<>();
                        try {
                            String last = "";
                            for (Talk talk : talks) {
                                Socket socket = listener.accept();
                                open.add(socket);
                                last = talk.with(socket);
                            }
                            said.complete(last);
                            for (Socket socket : open) {
                                socket.close();
                            }
                        } catch (IOException e) {
                            said.completeExceptionally(e);
                        }
                    });
        }

        int port() {
            return listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private static final String REFUSED = "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n";

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    @DisplayName("a client asks for a window of a file ahead of the answers, and not for more")
    void asksForAWindow() throws Exception {
        StringBuilder asked = new StringBuilder();
        Odd.Talk talk =
                socket -> {
                    for (int i = 0; i < Wire.WINDOW_BYTES / Wire.PIECE_BYTES; i++) {
                        head(socket, asked);
                    }
                    answer(socket, REFUSED);
                    return rest(socket);
                };
        try (Odd server = new Odd(talk);
                PeerClient client = client(server.port())) {
            var e =
                    assertThrows(
                            PeerException.class,
                            () -> client.download(TestNode.blob("sealed"), fetch(target, SIZE)));
            assertEquals(404, e.status());
            assertTrue(String.valueOf(e.getMessage()).endsWith("answered 404: no"), e.getMessage());
            assertEquals("", server.said.get());
        }
        Matcher ranges = Pattern.compile("Range: bytes=(\\d+)-(\\d+)").matcher(asked);
        long next = 0;
        while (ranges.find()) {
            assertEquals(next, Long.parseLong(ranges.group(1)));
            next = Long.parseLong(ranges.group(2)) + 1;
        }
        assertEquals(Wire.WINDOW_BYTES, next);
    }

    @Test
    @DisplayName("a client sends a window of a file ahead of the answers, and not more")
    void sendsAWindow() throws Exception {
        Path file = TestFiles.write(ours.resolve("file"), SIZE);
        Odd.Talk held =
                socket -> {
                    head(socket, new StringBuilder());
                    answer(
                            socket,
                            "HTTP/1.1 200 OK\r\nUpload-Offset: 0\r\nContent-Length: 0\r\n\r\n");
                    return "";
                };
        Odd.Talk pieces =
                socket -> {
                    for (int i = 0; i < Wire.WINDOW_BYTES / Wire.PIECE_BYTES; i++) {
                        head(socket, new StringBuilder());
                        socket.getInputStream().skipNBytes(Wire.PIECE_BYTES);
                    }
                    answer(socket, REFUSED);
                    return rest(socket);
                };
        try (Odd server = new Odd(held, pieces);
                PeerClient client = client(server.port())) {
            var e =
                    assertThrows(
                            PeerException.class,
                            () -> client.upload(TestNode.blob("input"), file, Progress.NONE));
            assertEquals(404, e.status());
            assertEquals("", server.said.get());
        }
    }

    static Stream<String> badAnswers() {
        String range = "Content-Range: bytes 0-99/100\r\n";
        String length = "Content-Length: 100\r\n";
        String ok = "HTTP/1.1 206 OK\r\n";
        return Stream.of(
                ok + range + "\r\n",
                ok + range + length + length + "\r\n",
                ok + range + length + "Transfer-Encoding: chunked\r\n\r\n",
                ok + range + "Content-Length: 1e2\r\n\r\n",
                ok + range + "Content-Length: 101\r\n\r\n",
                ok + range + length + "no header\r\n\r\n",
                ok + length + "\r\n",
                ok + length + "Content-Range: bytes 1-100/101\r\n\r\n",
                "HTTP/1.1 200 OK\r\n" + range + length + "\r\n",
                "HTTP/1.1 100 Continue\r\n" + range + length + "\r\n",
                "HTTP/1.0 206 OK\r\n" + range + length + "\r\n",
                "HTTP/1.1 2060 OK\r\n" + range + length + "\r\n",
                "\r\n\r\n",
                ok + range + length + "X: " + "x".repeat(AnswerHead.MAX_BYTES) + "\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("badAnswers")
    @DisplayName("an answer that breaks the rules ends a download, and nothing of it is kept")
    void badAnswer(String answer) throws Exception {
        Odd.Talk talk =
                socket -> {
                    head(socket, new StringBuilder());
                    answer(socket, answer + "x".repeat(101));
                    return "";
                };
        try (Odd server = new Odd(talk);
                PeerClient client = client(server.port())) {
            var e =
                    assertThrows(
                            PeerException.class,
                            () -> client.download(TestNode.blob("sealed"), fetch(target, 100)));
            assertEquals(PeerException.Kind.MALFORMED, e.kind(), e.getMessage());
            assertEquals(0, Files.size(PartFile.part(target)));
        }
    }

    @Test
    @DisplayName("a message is not kept waiting by as many transfers as a client makes at a time")
    void othersAreLetIn() throws Exception {
        int transfers = 6;
        long size = 64 << 20;
        Path file = ours.resolve("file");
        try (FileChannel zeros =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            int _ = zeros.write(ByteBuffer.allocate(1), size - 1);
        }
        PeerServerOptions slow =
                TestNode.patient()
                        .withBytesPerSecond(OptionalLong.of(8 << 20), OptionalLong.empty());
        node.files.put("sealed", new PeerHandler.BlobSource(file, size));
        CountDownLatch begun = new CountDownLatch(transfers);
        List<Thread> threads = new ArrayList<>();
        try (PeerServer server = node.serve(SERVER, slow);
                PeerClient client = client(server.port())) {
            for (int i = 0; i < transfers; i++) {
                Path to = ours.resolve("target" + i);
                boolean[] counted = new boolean[1];
                var fetch =
                        new PeerClient.Fetch(
                                to,
                                size,
                                TestFiles.CHUNK,
                                ChunkSink.ANY,
                                (done, _) -> {
                                    if (done > 0 && !counted[0]) {
                                        counted[0] = true;
                                        begun.countDown();
                                    }
                                });
                threads.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        client.download(TestNode.blob("sealed"), fetch);
                                    } catch (PeerException | IOException | InterruptedException _) {
                                        // The test is over.
                                    }
                                }));
            }
            begun.await();
            client.send(TestNode.envelope("hello"));
            assertEquals(1, node.delivered.size());
            assertTrue(server.traffic().sent() < transfers * size / 2);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    @DisplayName("a connection that was kept and is dead now costs a transfer nothing")
    void deadConnection() throws Exception {
        Path file = TestFiles.write(ours.resolve("file"), 100_000);
        PeerServer first = node.serve(SERVER);
        int port = first.port();
        try (PeerClient client = client(port)) {
            client.upload(TestNode.blob("one"), file, Progress.NONE);
            first.close();
            try (PeerServer _ = node.serve(SERVER, PeerServerOptions.on("127.0.0.1", port))) {
                client.upload(TestNode.blob("two"), file, Progress.NONE);
            }
        } finally {
            first.close();
        }
        assertArrayEquals(TestFiles.bytes(100_000), Files.readAllBytes(node.path("two")));
    }
}
