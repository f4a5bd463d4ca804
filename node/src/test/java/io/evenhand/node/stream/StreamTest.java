package io.evenhand.node.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.node.stream.StreamRig.Ears;
import io.evenhand.node.transport.Await;
import io.evenhand.node.transport.PeerException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two honest ends.
@Timeout(600)
class StreamTest {
    private static byte[] frame(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    @DisplayName("frames of all lengths go both ways, whole and in order, between proved keys")
    void bothWays() throws Exception {
        try (StreamRig rig =
                        new StreamRig(
                                StreamRig.PATIENT,
                                StreamRig.ROOM,
                                (stream, bytes) -> assertTrue(stream.send(bytes)));
                StreamClient client = StreamRig.client(StreamRig.PEER)) {
            Ears ears = new Ears();
            PeerStream stream = rig.connect(client, ears);
            assertEquals(StreamRig.SERVER.party(), stream.peer());
            List<byte[]> sent = new ArrayList<>();
            for (int length :
                    new int[] {1, 2, 500, 16_379, 16_380, 16_381, 16_384, 1 << 20, 3, 100_000, 1}) {
                sent.add(frame(length, length));
            }
            for (byte[] bytes : sent) {
                assertTrue(stream.sendWaiting(bytes));
            }
            for (byte[] bytes : sent) {
                Ears.Frame back = ears.frames.take();
                assertArrayEquals(bytes, back.bytes().toByteArray());
                assertSame(stream, back.stream());
            }
            assertEquals(StreamRig.PEER.party(), rig.ears.frames.take().stream().peer());
            stream.close();
            assertEquals(StreamEnd.CLOSED, ears.end());
            assertEquals(StreamEnd.PEER_CLOSED, rig.ears.end());
            assertFalse(stream.send(new byte[1]));
            assertFalse(stream.sendWaiting(new byte[1]));
            assertFalse(stream.isOpen());
            Await.until("nothing is kept of it", () -> rig.server.streams() == 0);
        }
    }

    @Test
    @DisplayName("what is queued leaves before the stream is closed")
    void closing() throws Exception {
        try (StreamRig rig = new StreamRig();
                StreamClient client = StreamRig.client(StreamRig.PEER)) {
            PeerStream stream = rig.connect(client, new Ears());
            for (int i = 0; i < 30; i++) {
                byte[] bytes = new byte[100_000];
                bytes[0] = (byte) i;
                assertTrue(stream.send(bytes));
            }
            stream.close();
            for (int i = 0; i < 30; i++) {
                assertEquals(i, rig.ears.next());
            }
            assertEquals(StreamEnd.PEER_CLOSED, rig.ears.end());
        }
    }

    @Test
    @DisplayName("several threads send over one stream: each one's frames stay in order")
    void manyThreads() throws Exception {
        int threads = 8;
        int each = 2_000;
        try (StreamRig rig = new StreamRig();
                StreamClient client = StreamRig.client(StreamRig.PEER);
                ExecutorService senders = Executors.newFixedThreadPool(threads)) {
            PeerStream stream = rig.connect(client, new Ears());
            List<Future<?>> runs = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                runs.add(
                        senders.submit(() -> {
                            for (int i = 0; i < each; i++) {
                                byte[] bytes =
                                        ByteBuffer.allocate(8).putInt(thread).putInt(i).array();
                                assertTrue(stream.sendWaiting(bytes));
                            }
                            return true;
                        }));
            }
            int[] next = new int[threads];
            for (int i = 0; i < threads * each; i++) {
                ByteBuffer bytes = ByteBuffer.wrap(rig.ears.frames.take().bytes().toByteArray());
                int thread = bytes.getInt();
                assertEquals(next[thread]++, bytes.getInt());
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
    }

    @Test
    @DisplayName("one peer has many streams, and each ends alone")
    void manyStreams() throws Exception {
        Ears ears = new Ears();
        try (StreamRig rig = new StreamRig()) {
            try (StreamClient client = StreamRig.client(StreamRig.PEER)) {
                List<PeerStream> streams = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    streams.add(rig.connect(client, ears));
                }
                Await.until("all are there", () -> rig.server.streams() == 20);
                streams.getFirst().close();
                assertEquals(StreamEnd.PEER_CLOSED, rig.ears.end());
                assertTrue(streams.getLast().send(new byte[] {7}));
                assertEquals(7, rig.ears.next());
            }
            for (int i = 0; i < 20; i++) {
                assertEquals(StreamEnd.CLOSED, ears.end());
            }
        }
    }

    @Test
    @DisplayName("a frame without bytes, or above the limit, is a mistake of ours")
    void lengths() throws Exception {
        try (StreamRig rig = new StreamRig();
                StreamClient client = StreamRig.client(StreamRig.PEER)) {
            PeerStream stream = rig.connect(client, new Ears());
            for (int length : new int[] {0, StreamLimits.MAX_FRAME + 1}) {
                assertThrows(IllegalArgumentException.class, () -> stream.send(new byte[length]));
            }
            assertTrue(stream.send(new byte[] {1}), "it goes on");
            assertEquals(1, rig.ears.next());
        }
    }

    @Test
    @DisplayName("a handler that fails ends its own stream alone")
    void fault() throws Exception {
        try (StreamRig rig =
                        new StreamRig(
                                StreamRig.PATIENT,
                                StreamRig.ROOM,
                                (_, bytes) -> {
                                    if (bytes[0] == 1) {
                                        throw new IllegalStateException("on purpose");
                                    }
                                });
                StreamClient client = StreamRig.client(StreamRig.PEER)) {
            PeerStream good = rig.connect(client, new Ears());
            PeerStream bad = rig.connect(client, new Ears());
            assertTrue(bad.send(new byte[] {1}));
            assertEquals(StreamEnd.FAULT, rig.ears.end());
            assertTrue(good.send(new byte[] {2}));
            assertEquals(2, rig.ears.next());
        }
    }

    @Test
    @DisplayName("another server than the pinned one, and none at all, are told apart")
    void wrongServers() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        try (StreamRig rig = new StreamRig();
                StreamClient client = StreamRig.client(StreamRig.PEER)) {
            PeerException other =
                    assertThrows(
                            PeerException.class,
                            () ->
                                    client.connect(
                                            "127.0.0.1",
                                            rig.server.port(),
                                            StreamRig.OTHER.party(),
                                            new Ears()));
            assertEquals(PeerException.Kind.UNTRUSTED, other.kind());
            PeerException nobody =
                    assertThrows(
                            PeerException.class,
                            () ->
                                    client.connect(
                                            "127.0.0.1",
                                            free,
                                            StreamRig.SERVER.party(),
                                            new Ears()));
            assertEquals(PeerException.Kind.UNREACHABLE, nobody.kind());
            assertTrue(nobody.nobodyThere());
        }
    }

    @Test
    @DisplayName("a port that is taken is refused in one line")
    void portInUse() throws Exception {
        try (StreamRig rig = new StreamRig()) {
            IOException e =
                    assertThrows(
                            IOException.class,
                            () ->
                                    StreamServer.start(
                                            StreamRig.SERVER,
                                            StreamServer.Options.on("127.0.0.1", rig.server.port()),
                                            _ -> io.evenhand.node.transport.Standing.KNOWN,
                                            new Ears()));
            assertTrue(String.valueOf(e.getMessage()).contains("cannot listen on 127.0.0.1"));
        }
    }

    @Test
    @DisplayName("frames are put together from whatever pieces they come in")
    void pieces() throws Exception {
        Random random = new Random(11);
        for (int run = 0; run < 200; run++) {
            List<byte[]> frames = new ArrayList<>();
            ByteBuffer all = ByteBuffer.allocate(100_000);
            for (int length = 1 + random.nextInt(40);
                    all.remaining() > length + 4;
                    length = 1 + random.nextInt(random.nextBoolean() ? 40 : 20_000)) {
                byte[] bytes = frame(length, run);
                frames.add(bytes);
                all.putInt(length).put(bytes);
            }
            all.flip();
            List<byte[]> found = new ArrayList<>();
            FrameReader reader = new FrameReader(found::add);
            while (all.hasRemaining()) {
                int next = Math.min(all.remaining(), 1 + random.nextInt(10_000));
                reader.take(all.slice(all.position(), next));
                all.position(all.position() + next);
            }
            assertFalse(reader.holdsPart());
            assertEquals(frames.size(), found.size());
            for (int i = 0; i < found.size(); i++) {
                assertTrue(Arrays.equals(frames.get(i), found.get(i)), "run " + run);
            }
        }
    }
}
