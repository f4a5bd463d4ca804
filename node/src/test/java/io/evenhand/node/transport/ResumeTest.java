package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity CLIENT = TestNode.identity(2);
    private static final int SIZE = 8 * TestFiles.CHUNK + 12_345;

    /// Records of TLS are 1 % larger than what is in them; handshakes and heads come on top.
    private static final long WIRE = SIZE + SIZE / 100 + 100_000;

    @TempDir Path directory;
    @TempDir Path ours;
    private TestNode node;
    private Path file;
    private Path target;

    @BeforeEach
    void files() throws IOException {
        node = new TestNode(directory);
        node.known.add(CLIENT.party());
        file = TestFiles.write(ours.resolve("file"), SIZE);
        target = ours.resolve("target");
        node.files.put("sealed", new PeerHandler.BlobSource(file, SIZE));
    }

    private static PeerClient client(int port) {
        return new PeerClient(CLIENT, "127.0.0.1", port, SERVER.party(), PeerClientOptions.DEFAULT);
    }

    private void download(PeerClient client, ChunkSink sink, Progress progress) throws Exception {
        client.download(
                TestNode.blob("sealed"),
                new PeerClient.Fetch(target, SIZE, TestFiles.CHUNK, sink, progress));
        assertArrayEquals(TestFiles.bytes(SIZE), Files.readAllBytes(target));
    }

    private void upload(PeerClient client, Progress progress) throws Exception {
        client.upload(TestNode.blob("input"), file, progress);
        assertArrayEquals(TestFiles.bytes(SIZE), Files.readAllBytes(node.path("input")));
        assertEquals(1, node.completed.size());
    }

    @Test
    @DisplayName("an upload over a breaking network sends at most one chunk again for each break")
    void brokenUpload() throws Exception {
        try (PeerServer server = node.serve(SERVER);
                CuttingProxy network = new CuttingProxy(server.port(), 3_000_000, 2);
                PeerClient client = client(network.port())) {
            upload(client, Progress.NONE);
            assertTrue(
                    network.up.get() <= WIRE + 2 * TestFiles.CHUNK,
                    network.up + " bytes for " + SIZE);
            assertTrue(network.up.get() > SIZE);
        }
    }

    @Test
    @DisplayName("a server slower than the network does not make more of an upload get lost")
    void brokenSlowUpload() throws Exception {
        PeerServerOptions slow =
                PeerServerOptions.on("127.0.0.1", 0)
                        .withBytesPerSecond(OptionalLong.of(8L << 20), OptionalLong.empty());
        try (PeerServer server = node.serve(SERVER, slow);
                CuttingProxy network = new CuttingProxy(server.port(), 1_900_000, 4);
                PeerClient client = client(network.port())) {
            upload(client, Progress.NONE);
            assertTrue(
                    network.up.get() <= WIRE + 4 * TestFiles.CHUNK,
                    network.up + " bytes for " + SIZE);
        }
    }

    @Test
    @DisplayName("a client slower than the network does not make more of a download get lost")
    void brokenSlowDownload() throws Exception {
        try (PeerServer server = node.serve(SERVER);
                CuttingProxy network = new CuttingProxy(server.port(), 1_900_000, 4);
                PeerClient client = client(network.port())) {
            var sink = new TestFiles.Checking(TestFiles.bytes(SIZE));
            ChunkSink slow =
                    (index, chunk) -> {
                        sink.accept(index, chunk);
                        LockSupport.parkNanos(50_000_000);
                    };
            download(client, slow, Progress.NONE);
            assertTrue(
                    network.down.get() <= WIRE + 4 * TestFiles.CHUNK,
                    network.down + " bytes for " + SIZE);
        }
    }

    @Test
    @DisplayName(
            "a download over a breaking network fetches at most one chunk again for each break")
    void brokenDownload() throws Exception {
        try (PeerServer server = node.serve(SERVER);
                CuttingProxy network = new CuttingProxy(server.port(), 3_000_000, 2);
                PeerClient client = client(network.port())) {
            var sink = new TestFiles.Checking(TestFiles.bytes(SIZE));
            download(client, sink, Progress.NONE);
            assertEquals(9, sink.seen.size());
            assertTrue(
                    network.down.get() <= WIRE + 2 * TestFiles.CHUNK,
                    network.down + " bytes for " + SIZE);
        }
    }

    /// Something that moves a file through a client and may take long.
    private interface Transfer {
        void run(PeerClient client, Progress progress) throws Exception;
    }

    /// Starts a server slow enough to be stopped in the middle, stops it when a quarter is through,
    /// and starts another on the same port. Returns what both moved.
    private PeerServer.Traffic stopUnderWay(Transfer transfer) throws Exception {
        PeerServerOptions slow =
                PeerServerOptions.on("127.0.0.1", 0)
                        .withBytesPerSecond(OptionalLong.of(4L << 20), OptionalLong.empty());
        CountDownLatch quarter = new CountDownLatch(1);
        PeerServer first = node.serve(SERVER, slow);
        try (PeerClient client = client(first.port())) {
            CompletableFuture<String> done = new CompletableFuture<>();
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            transfer.run(
                                    client,
                                    (at, total) -> {
                                        if (at >= total / 4) {
                                            quarter.countDown();
                                        }
                                    });
                            done.complete("done");
                        } catch (Throwable e) {
                            done.completeExceptionally(e);
                        }
                    });
            quarter.await();
            int port = first.port();
            first.close();
            try (PeerServer second = node.serve(SERVER, PeerServerOptions.on("127.0.0.1", port))) {
                assertEquals("done", done.get());
                assertTrue(second.traffic().received() + second.traffic().sent() > 0);
                return new PeerServer.Traffic(
                        first.traffic().received() + second.traffic().received(),
                        first.traffic().sent() + second.traffic().sent());
            }
        } finally {
            first.close();
        }
    }

    @Test
    @DisplayName("an upload goes on where it was after its server was stopped and started")
    void uploadOverRestart() throws Exception {
        PeerServer.Traffic moved = stopUnderWay(this::upload);
        assertTrue(moved.received() <= SIZE + Wire.BUFFER_BYTES, moved + " for " + SIZE);
    }

    @Test
    @DisplayName("a download goes on where it was after its server was stopped and started")
    void downloadOverRestart() throws Exception {
        PeerServer.Traffic moved =
                stopUnderWay((client, progress) ->
                        download(client, new TestFiles.Checking(TestFiles.bytes(SIZE)), progress));
        assertTrue(moved.sent() <= SIZE + TestFiles.CHUNK, moved + " for " + SIZE);
    }

    @Test
    @DisplayName("another client goes on with what a dead one left, and fetches a torn chunk again")
    void tornFile() throws Exception {
        Files.write(
                PartFile.part(target),
                java.util.Arrays.copyOf(TestFiles.bytes(SIZE), 5 * TestFiles.CHUNK + 77));
        try (FileChannel torn = FileChannel.open(PartFile.part(target), StandardOpenOption.WRITE)) {
            torn.write(java.nio.ByteBuffer.allocate(100), 4L * TestFiles.CHUNK + 1000);
        }
        try (PeerServer server = node.serve(SERVER);
                PeerClient client = client(server.port())) {
            var sink = new TestFiles.Checking(TestFiles.bytes(SIZE));
            download(client, sink, Progress.NONE);
            assertEquals(9, sink.seen.size());
            assertEquals(SIZE - 4L * TestFiles.CHUNK, server.traffic().sent());
        }
    }

    @Test
    @DisplayName("a second upload of the same file takes over from one that hangs")
    void takesOver() throws Exception {
        try (PeerServer server = node.serve(SERVER);
                PeerClient client = client(server.port());
                RawTls hanging = new RawTls(CLIENT.clientContext(SERVER.party()), server.port())) {
            hanging.write(
                    "PUT "
                            + TestNode.BLOBS
                            + TestNode.REF
                            + "/input HTTP/1.1\r\nHost: x\r\nContent-Length: "
                            + SIZE
                            + "\r\nContent-Range: bytes 0-"
                            + (SIZE - 1)
                            + "/"
                            + SIZE
                            + "\r\n\r\n");
            hanging.socket.getOutputStream().write(TestFiles.bytes(SIZE), 0, 100_000);
            Await.until("it is here", () -> server.traffic().received() == 100_000);
            upload(client, Progress.NONE);
            assertEquals(SIZE, server.traffic().received());
            assertEquals("", hanging.rest());
        }
    }
}
