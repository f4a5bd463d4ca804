package io.evenhand.node.stream;

import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.PeerServerOptions.Room;
import io.evenhand.node.transport.Standing;
import io.evenhand.node.transport.TlsIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLSocket;

/// A server of streams that knows all but one key, and what it hears.
final class StreamRig implements AutoCloseable {
    static final TlsIdentity SERVER = identity(1);
    static final TlsIdentity PEER = identity(2);
    static final TlsIdentity OTHER = identity(3);
    static final TlsIdentity STRANGER = identity(4);

    /// Longer than any machine takes.
    static final Duration LONG = Duration.ofMinutes(5);

    static final StreamLimits PATIENT =
            new StreamLimits(StreamLimits.DEFAULT.queuedBytes(), LONG, LONG, LONG);

    static final Room ROOM = StreamServer.ROOM.withStrangers(64, LONG);

    final Ears ears;
    final StreamServer server;

    StreamRig(StreamLimits limits, Room room, BiConsumer<PeerStream, byte[]> onFrame)
            throws IOException {
        ears = new Ears(onFrame);
        server =
                StreamServer.start(
                        SERVER,
                        new StreamServer.Options("127.0.0.1", 0, room, limits),
                        peer -> peer.equals(STRANGER.party()) ? Standing.STRANGER : Standing.KNOWN,
                        ears);
    }

    /// Keeps what comes and says nothing.
    StreamRig() throws IOException {
        this(PATIENT, ROOM, (_, _) -> {});
    }

    static TlsIdentity identity(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return new TlsIdentity(new Ed25519Identity(Secret32.of(bytes)));
    }

    /// What one end hears, in order.
    static final class Ears implements StreamHandler {
        record Frame(PeerStream stream, Octets bytes) {}

        record End(PeerStream stream, StreamEnd why) {}

        final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
        final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
        private final BiConsumer<PeerStream, byte[]> onFrame;

        Ears(BiConsumer<PeerStream, byte[]> onFrame) {
            this.onFrame = onFrame;
        }

        Ears() {
            this((_, _) -> {});
        }

        @Override
        public void onFrame(PeerStream stream, byte[] frame) {
            onFrame.accept(stream, frame);
            frames.add(new Frame(stream, new Octets(frame)));
        }

        @Override
        public void onClosed(PeerStream stream, StreamEnd why) {
            ends.add(new End(stream, why));
        }

        /// The next frame's first byte.
        int next() throws InterruptedException {
            return frames.take().bytes().toByteArray()[0];
        }

        StreamEnd end() throws InterruptedException {
            return ends.take().why();
        }
    }

    static StreamClient client(TlsIdentity who) {
        return new StreamClient(who, PATIENT);
    }

    PeerStream connect(StreamClient client, StreamHandler handler)
            throws PeerException, InterruptedException {
        return client.connect("127.0.0.1", server.port(), SERVER.party(), handler);
    }

    /// A peer that does what ours never does.
    SSLSocket raw() throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        PEER.clientContext(SERVER.party())
                                .getSocketFactory()
                                .createSocket("127.0.0.1", server.port());
        socket.startHandshake();
        return socket;
    }

    @Override
    public void close() {
        server.close();
    }
}
