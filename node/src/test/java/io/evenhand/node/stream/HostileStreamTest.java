package io.evenhand.node.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.node.stream.StreamRig.Ears;
import io.evenhand.node.transport.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Peers that break the rules of a stream: each is cut off with its reason, and others are served.
@Timeout(600)
class HostileStreamTest {
    private static final Duration SHORT = Duration.ofMillis(500);

    /// After a read that failed the peer is gone as well.
    private static final Set<StreamEnd> GONE = Set.of(StreamEnd.PEER_CLOSED, StreamEnd.BROKEN);

    private static void serves(StreamRig rig) throws Exception {
        rig.ears.frames.clear();
        try (StreamClient client = StreamRig.client(StreamRig.OTHER)) {
            PeerStream stream = rig.connect(client, new Ears());
            assertTrue(stream.send(new byte[] {42}));
            assertEquals(42, rig.ears.next());
            stream.close();
            assertEquals(StreamEnd.PEER_CLOSED, rig.ears.end());
        }
    }

    private static byte[] length(int announced, int bytes) {
        return ByteBuffer.allocate(4 + bytes).putInt(announced).array();
    }

    private static void assertClosed(SSLSocket socket) throws IOException {
        try {
            assertEquals(-1, socket.getInputStream().read());
        } catch (IOException _) {
            // Reset: as good.
        }
    }

    private static StreamEnd says(byte[] bytes) throws Exception {
        try (StreamRig rig = new StreamRig();
                SSLSocket socket = rig.raw()) {
            socket.getOutputStream().write(bytes);
            StreamEnd why = rig.ears.end();
            assertClosed(socket);
            assertTrue(rig.ears.frames.isEmpty());
            serves(rig);
            return why;
        }
    }

    @Test
    @DisplayName("a length of 0, above 1 MiB, or with the highest bit set ends the stream at once")
    void lengths() throws Exception {
        assertEquals(StreamEnd.EMPTY, says(length(0, 0)));
        assertEquals(StreamEnd.TOO_LONG, says(length((1 << 20) + 1, 0)));
        assertEquals(StreamEnd.TOO_LONG, says(length(Integer.MIN_VALUE, 10)));
        assertEquals(StreamEnd.TOO_LONG, says(length(-1, 10)));
        assertEquals(
                StreamEnd.TOO_LONG,
                says("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    @DisplayName("who goes in the middle of a frame, or of its length, has cut it")
    void cut() throws Exception {
        for (byte[] part : new byte[][] {length(100, 99), {0}, {0, 0, 0}}) {
            try (StreamRig rig = new StreamRig()) {
                try (SSLSocket socket = rig.raw()) {
                    socket.getOutputStream().write(length(1, 1));
                    socket.getOutputStream().write(part);
                    rig.ears.frames.take();
                }
                assertEquals(StreamEnd.CUT, rig.ears.end());
                assertTrue(rig.ears.frames.isEmpty());
            }
        }
    }

    @Test
    @DisplayName("a frame that trickles, or stops, is cut off; silence between frames is not")
    void slow() throws Exception {
        for (boolean trickles : new boolean[] {true, false}) {
            Await.withLimit(SHORT, limit -> tooSlow(limit, trickles));
        }
    }

    /// False if this machine was too slow for the limit.
    private static boolean tooSlow(Duration limit, boolean trickles) throws Exception {
        try (StreamRig rig =
                        new StreamRig(
                                StreamRig.PATIENT.withTimes(limit, StreamRig.LONG),
                                StreamRig.ROOM,
                                (_, _) -> {});
                SSLSocket socket = rig.raw()) {
            OutputStream out = socket.getOutputStream();
            out.write(length(1, 1));
            LockSupport.parkNanos(2 * limit.toNanos());
            out.write(length(1, 1));
            Await.until(
                    "both are here, or neither comes",
                    () -> rig.ears.frames.size() == 2 || !rig.ears.ends.isEmpty());
            if (!rig.ears.ends.isEmpty()) {
                return false;
            }
            rig.ears.frames.clear();
            long began = System.nanoTime();
            out.write(length(1 << 20, 1));
            while (rig.ears.ends.isEmpty()) {
                LockSupport.parkNanos(limit.toNanos() / 10);
                if (trickles) {
                    try {
                        out.write(7);
                    } catch (IOException e) {
                        break;
                    }
                }
            }
            assertEquals(StreamEnd.TOO_SLOW, rig.ears.end());
            assertTrue(System.nanoTime() - began >= limit.toNanos());
            assertTrue(rig.ears.frames.isEmpty());
            return true;
        }
    }

    @Test
    @DisplayName("a record of TLS that comes byte by byte is a slow frame, too")
    void slowRecord() throws Exception {
        try (StreamRig rig =
                        new StreamRig(
                                StreamRig.PATIENT.withTimes(SHORT, StreamRig.LONG),
                                StreamRig.ROOM,
                                (_, _) -> {});
                WithholdingRelay relay = new WithholdingRelay(rig.server.port());
                StreamClient client = StreamRig.client(StreamRig.PEER)) {
            PeerStream stream =
                    client.connect("127.0.0.1", relay.port(), StreamRig.SERVER.party(), new Ears());
            assertTrue(stream.send(new byte[] {1}));
            rig.ears.next();
            relay.withhold();
            assertTrue(stream.send(new byte[1_000]));
            assertEquals(StreamEnd.TOO_SLOW, rig.ears.end());
        }
    }

    @Test
    @DisplayName("to a peer that does not read, sending says no and waits for nobody")
    void stopsReading() throws Exception {
        Await.withLimit(
                SHORT,
                limit -> {
                    try (StreamRig rig =
                                    new StreamRig(
                                            StreamRig.PATIENT.withTimes(StreamRig.LONG, limit),
                                            StreamRig.ROOM,
                                            (_, _) -> {});
                            SSLSocket socket = rig.raw()) {
                        socket.getOutputStream().write(length(1, 1));
                        PeerStream stream = rig.ears.frames.take().stream();
                        long taken = 0;
                        while (stream.send(new byte[100_000])) {
                            taken += 100_000;
                            assertTrue(taken < 1L << 30, "all of it is kept in memory");
                        }
                        assertEquals(StreamEnd.NOT_READING, rig.ears.end());
                        assertFalse(stream.sendWaiting(new byte[1]));
                        serves(rig);
                        return true;
                    }
                });
    }

    @Test
    @DisplayName("what waits together leaves in full records, and a peer that reads again gets all")
    void together() throws Exception {
        try (StreamRig rig = new StreamRig();
                SSLSocket socket = rig.raw()) {
            socket.getOutputStream().write(length(1, 1));
            PeerStream stream = rig.ears.frames.take().stream();
            int frames = 0;
            while (stream.send(new byte[96])) {
                frames++;
            }
            InputStream in = socket.getInputStream();
            byte[] record = new byte[32 << 10];
            int full = 0;
            for (int left = frames * 100; left > 0; ) {
                // The JDK gives at most one record at a time.
                int came = in.read(record);
                assertTrue(came > 0);
                full += came >= 16_000 ? 1 : 0;
                left -= came;
            }
            int waited = StreamLimits.DEFAULT.queuedBytes() / (16 << 10);
            int found = full;
            assertTrue(full >= waited / 2, () -> found + " of " + waited);
        }
    }

    @Test
    @DisplayName("a stranger is cut off when its key is proved: no frame of it is read")
    void strangers() throws Exception {
        try (StreamRig rig = new StreamRig();
                StreamClient client = StreamRig.client(StreamRig.STRANGER)) {
            Ears ears = new Ears();
            PeerStream stream = rig.connect(client, ears);
            boolean _ = stream.send(new byte[] {1});
            StreamEnd why = ears.end();
            assertTrue(GONE.contains(why), why.toString());
            assertFalse(stream.send(new byte[] {1}));
            serves(rig);
            assertTrue(rig.ears.ends.isEmpty(), "there never was a stream");
        }
    }

    @Test
    @DisplayName("one peer's newest stream takes the place of its oldest, and of nobody else's")
    void places() throws Exception {
        try (StreamRig rig =
                        new StreamRig(
                                StreamRig.PATIENT, StreamRig.ROOM.withKnown(4, 2), (_, _) -> {});
                StreamClient other = StreamRig.client(StreamRig.OTHER);
                StreamClient client = StreamRig.client(StreamRig.PEER)) {
            PeerStream honest = rig.connect(other, new Ears());
            assertTrue(honest.send(new byte[] {9}));
            assertEquals(9, rig.ears.next());
            for (int i = 0; i < 20; i++) {
                PeerStream stream = rig.connect(client, new Ears());
                assertTrue(stream.send(new byte[] {(byte) i}));
                assertEquals(i, rig.ears.next());
            }
            for (int i = 0; i < 18; i++) {
                Ears.End end = rig.ears.ends.take();
                assertEquals(StreamEnd.DISPLACED, end.why());
                assertEquals(StreamRig.PEER.party(), end.stream().peer());
            }
            Await.until("three are left", () -> rig.server.streams() == 3);
            assertTrue(honest.send(new byte[] {8}));
            assertEquals(8, rig.ears.next());
        }
    }

    @Test
    @DisplayName("noise, plain text and half a handshake are no streams")
    void noise() throws Exception {
        byte[] noise = new byte[3_000];
        new Random(3).nextBytes(noise);
        try (StreamRig rig = new StreamRig()) {
            for (byte[] bytes : new byte[][] {noise, {0x16, 3, 1, 0x40, 0}, length(1, 1), {}}) {
                try (Socket socket =
                        new Socket(InetAddress.getLoopbackAddress(), rig.server.port())) {
                    socket.getOutputStream().write(bytes);
                    socket.shutdownOutput();
                    byte[] _ = socket.getInputStream().readAllBytes();
                } catch (java.net.SocketException e) {
                    // Reset: as good.
                }
            }
            serves(rig);
            assertTrue(rig.ears.ends.isEmpty());
        }
    }

    @Test
    @DisplayName("who asks for new keys over and over is cut off, who seldom does is not")
    void keyUpdates() throws Exception {
        try (StreamRig rig =
                        new StreamRig(
                                StreamRig.PATIENT,
                                StreamRig.ROOM,
                                (stream, bytes) -> assertTrue(stream.send(bytes)));
                SSLSocket socket = rig.raw()) {
            for (int i = 0; i < 10; i++) {
                // In TLS 1.3 that means new keys for both.
                socket.startHandshake();
                socket.getOutputStream().write(length(1, 1));
                assertArrayEquals(length(1, 1), socket.getInputStream().readNBytes(5));
            }
            assertThrows(
                    IOException.class,
                    () -> {
                        for (int i = 0; i < 1_000; i++) {
                            socket.startHandshake();
                        }
                        socket.getOutputStream().write(length(1, 1));
                        if (socket.getInputStream().read() < 0) {
                            throw new IOException("closed");
                        }
                    });
            assertEquals(StreamEnd.BROKEN, rig.ears.end());
            serves(rig);
        }
    }

    @Test
    @DisplayName("a frame is handled before the next is read: who sends faster waits")
    void backPressure() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        try (StreamRig rig =
                        new StreamRig(
                                StreamRig.PATIENT,
                                StreamRig.ROOM,
                                (_, _) -> {
                                    int _ = begun.incrementAndGet();
                                    try {
                                        go.await();
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
                StreamClient client = StreamRig.client(StreamRig.PEER)) {
            PeerStream stream = rig.connect(client, new Ears());
            int sent = 0;
            while (stream.send(new byte[100_000])) {
                sent++;
                assertTrue(sent < 10_000, "all of it is kept in memory");
            }
            Await.until("one is being handled", () -> begun.get() == 1);
            go.countDown();
            for (int i = 0; i < sent; i++) {
                assertEquals(0, rig.ears.next());
            }
        }
    }
}
