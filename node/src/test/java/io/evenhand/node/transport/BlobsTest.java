package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobsTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity CLIENT = TestNode.identity(2);
    private static final String INPUT = TestNode.BLOBS + TestNode.REF + "/input";

    @TempDir Path directory;
    @TempDir Path ours;
    private TestNode node;
    private PeerServer server;
    private PeerClient client;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        node.known.add(CLIENT.party());
        server = node.serve(SERVER, PeerServerOptions.on("127.0.0.1", 0).withMaxPeerRequests(1));
        client =
                new PeerClient(
                        CLIENT,
                        "127.0.0.1",
                        server.port(),
                        SERVER.party(),
                        PeerClientOptions.DEFAULT.withAttempts(1));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private void upload(Path file) throws Exception {
        client.upload(TestNode.blob("input"), file, Progress.NONE);
    }

    private void download(Path target, long size, ChunkSink sink) throws Exception {
        client.download(
                TestNode.blob("sealed"),
                new PeerClient.Fetch(target, size, TestFiles.CHUNK, sink, Progress.NONE));
    }

    private PeerException refused(Path file) {
        return assertThrows(PeerException.class, () -> upload(file));
    }

    private RawTls raw() throws IOException {
        return new RawTls(CLIENT.clientContext(SERVER.party()), server.port());
    }

    private String answer(String request) throws IOException {
        try (RawTls raw = raw()) {
            raw.write(request);
            return raw.answer();
        }
    }

    private static String put(String range, int length) {
        return "PUT "
                + INPUT
                + " HTTP/1.1\r\nHost: x\r\nContent-Range: "
                + range
                + "\r\nContent-Length: "
                + length
                + "\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 1_048_575, 1_048_576, 1_048_577, 5_000_000})
    @DisplayName("a file of any size arrives whole, in both directions")
    void bothWays(int size) throws Exception {
        Path file = TestFiles.write(ours.resolve("file"), size);
        upload(file);
        assertEquals(node.path("input"), node.completed.take());
        assertArrayEquals(TestFiles.bytes(size), Files.readAllBytes(node.path("input")));
        assertFalse(Files.exists(PartFile.part(node.path("input"))));

        node.files.put("sealed", new PeerHandler.BlobSource(node.path("input"), size));
        var sink = new TestFiles.Checking(TestFiles.bytes(size));
        Path target = ours.resolve("target");
        download(target, size, sink);
        assertArrayEquals(TestFiles.bytes(size), Files.readAllBytes(target));
        assertEquals((size + TestFiles.CHUNK - 1) / TestFiles.CHUNK, sink.seen.size());
        assertFalse(Files.exists(PartFile.part(target)));
    }

    @Test
    @DisplayName("what is there already is not moved again, but looked at again")
    void repeated() throws Exception {
        Path file = TestFiles.write(ours.resolve("file"), 100_000);
        upload(file);
        upload(file);
        assertEquals(2, node.completed.size());
        assertEquals(100_000, server.traffic().received());
        node.files.put("sealed", new PeerHandler.BlobSource(file, 100_000));
        for (int i = 0; i < 2; i++) {
            var sink = new TestFiles.Checking(TestFiles.bytes(100_000));
            download(ours.resolve("target"), 100_000, sink);
            assertEquals(1, sink.seen.size());
        }
        assertEquals(100_000, server.traffic().sent());
    }

    @Test
    @DisplayName("a file above its limit is refused before a byte of it is sent")
    void tooLarge() throws Exception {
        node.limit = 1000;
        upload(TestFiles.write(ours.resolve("fits"), 1000));
        Files.delete(node.path("input"));
        var e = refused(TestFiles.write(ours.resolve("file"), 1001));
        assertEquals(413, e.status());
        assertTrue(
                String.valueOf(e.getMessage()).endsWith("input of 1001 bytes, limit 1000"),
                e.getMessage());
        assertEquals(1000, server.traffic().received());
        assertTrue(answer(put("bytes 0-9/1001", 10) + "0123456789").startsWith("HTTP/1.1 413 "));
        assertEquals(
                "the upload of input: input of 1001 bytes, limit 1000", node.turnedAway.getFirst());
    }

    @Test
    @DisplayName("a file the handler refuses is deleted, and may be sent again")
    void handlerRefuses() throws Exception {
        node.refusal = Optional.of(new Refused(Refused.Kind.MALFORMED, "not the input you named"));
        Path file = TestFiles.write(ours.resolve("file"), 100_000);
        assertEquals(400, refused(file).status());
        assertFalse(Files.exists(node.path("input")));
        node.refusal = Optional.empty();
        upload(file);
        assertTrue(Files.exists(node.path("input")));
    }

    @Test
    @DisplayName("a handler that is busy keeps the file, and the client asks again")
    void handlerBusy() throws Exception {
        node.refusal = Optional.of(new Refused(Refused.Kind.UNAVAILABLE, "re-synchronising"));
        var e = refused(TestFiles.write(ours.resolve("file"), 100_000));
        assertEquals(PeerException.Kind.BUSY, e.kind());
        assertTrue(Files.exists(node.path("input")));
        assertEquals(100_000, server.traffic().received());
    }

    @Test
    @DisplayName("another size than that of the file that is there is a conflict")
    void otherSize() throws Exception {
        upload(TestFiles.write(ours.resolve("file"), 1000));
        assertEquals(409, refused(TestFiles.write(ours.resolve("other"), 999)).status());
    }

    @Test
    @DisplayName("what is not there, or not for this peer, is 404")
    void unknown() {
        var e =
                assertThrows(
                        PeerException.class,
                        () -> download(ours.resolve("target"), 10, ChunkSink.ANY));
        assertEquals(404, e.status());
        assertTrue(String.valueOf(e.getMessage()).endsWith("there is no sealed for you here"));
    }

    @Test
    @DisplayName("names that are no names are 404 and touch no file")
    void names() throws Exception {
        for (String path :
                new String[] {
                    "abc/input",
                    TestNode.REF + "/..%2f..%2fetc",
                    TestNode.REF + "/%2e%2e",
                    TestNode.REF + "/Input",
                    TestNode.REF + "/" + "a".repeat(33),
                    TestNode.REF + "/a/b"
                }) {
            String answer = answer("GET " + TestNode.BLOBS + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 40"), answer);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> client.upload(TestNode.blob("../x"), ours, Progress.NONE));
    }

    @Test
    @DisplayName("ranges that make no sense are refused in one line")
    void ranges() throws Exception {
        for (String range :
                new String[] {
                    "bytes 5-4/10", "bytes 0-10/10", "bytes 0-9", "0-9/10", "bytes -1/2"
                }) {
            assertTrue(answer(put(range, 0)).startsWith("HTTP/1.1 400 "), range);
        }
        assertTrue(answer(put("bytes 0-9/10", 5) + "01234").endsWith("Content-Range differ\n"));
        String ahead = answer(put("bytes 5-9/10", 5) + "01234");
        assertTrue(ahead.startsWith("HTTP/1.1 409 "), ahead);
        assertTrue(ahead.contains("Upload-Offset: 0"), ahead);

        Path file = TestFiles.write(ours.resolve("file"), 10);
        node.files.put("sealed", new PeerHandler.BlobSource(file, 10));
        String get =
                "GET " + TestNode.BLOBS + TestNode.REF + "/sealed HTTP/1.1\r\nHost: x\r\nRange: ";
        for (String range : new String[] {"bytes=10-", "bytes=5-4", "bytes=-5", "lines=1-2"}) {
            assertTrue(answer(get + range + "\r\n\r\n").startsWith("HTTP/1.1 400 "), range);
        }
        String piece = answer(get + "bytes=2-4\r\n\r\n");
        assertTrue(piece.startsWith("HTTP/1.1 206 "), piece);
        assertTrue(piece.contains("Content-Range: bytes 2-4/10"), piece);
    }

    @Test
    @DisplayName("a file in pieces: each is kept, the last makes it whole")
    void pieces() throws Exception {
        String first = answer(put("bytes 0-4/10", 5) + "01234");
        assertTrue(first.startsWith("HTTP/1.1 202 "), first);
        assertTrue(first.contains("Upload-Offset: 5"), first);
        String last = answer(put("bytes 5-9/10", 5) + "56789");
        assertTrue(last.startsWith("HTTP/1.1 201 "), last);
        assertEquals("0123456789", Files.readString(node.path("input")));
    }

    @Test
    @DisplayName("a server whose file has another size than agreed is malformed")
    void wrongSize() throws Exception {
        Path file = TestFiles.write(ours.resolve("file"), 1000);
        node.files.put("sealed", new PeerHandler.BlobSource(file, 1000));
        for (long size : new long[] {999, 1001}) {
            var e =
                    assertThrows(
                            PeerException.class,
                            () -> download(ours.resolve("target"), size, ChunkSink.ANY));
            assertEquals(PeerException.Kind.MALFORMED, e.kind());
        }
        assertFalse(Files.exists(ours.resolve("target")));
    }

    @Test
    @DisplayName("a bad chunk ends the download, and the good ones before it are kept")
    void badChunk() throws Exception {
        int size = 3 * TestFiles.CHUNK;
        byte[] bytes = TestFiles.bytes(size);
        bytes[TestFiles.CHUNK + 5] ^= 1;
        Path file = Files.write(ours.resolve("file"), bytes);
        node.files.put("sealed", new PeerHandler.BlobSource(file, size));
        var sink = new TestFiles.Checking(TestFiles.bytes(size));
        Path target = ours.resolve("target");
        var e = assertThrows(PeerException.class, () -> download(target, size, sink));
        assertEquals(PeerException.Kind.MALFORMED, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("chunk 1 is not good: another hash"));
        assertFalse(Files.exists(target));
        assertEquals(TestFiles.CHUNK, PartFile.held(target));
    }

    @Test
    @DisplayName("a peer with too many requests at a time gets 429 and may try again")
    void tooMany() throws Exception {
        try (RawTls slow = raw()) {
            slow.write(put("bytes 0-9/10", 10) + "0");
            Await.until("the first byte is here", () -> server.traffic().received() == 1);
            var e =
                    assertThrows(
                            PeerException.class, () -> client.send(TestNode.envelope("hello")));
            assertEquals(429, e.status());
            assertEquals(PeerException.Kind.BUSY, e.kind());
            slow.write("123456789");
            assertTrue(slow.answer().startsWith("HTTP/1.1 201 "));
        }
        client.send(TestNode.envelope("hello"));
    }
}
