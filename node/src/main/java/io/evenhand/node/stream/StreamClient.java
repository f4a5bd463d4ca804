package io.evenhand.node.stream;

import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.TlsChannel;
import io.evenhand.node.transport.TlsIdentity;
import io.evenhand.node.transport.Watchdog;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The end of streams that calls: any number of servers, each with its key pinned.
public final class StreamClient implements AutoCloseable {
    private final TlsIdentity identity;
    private final StreamLimits limits;
    private final Watchdog watchdog;
    private final Set<PeerStream> open = ConcurrentHashMap.newKeySet();

    public StreamClient(TlsIdentity identity, StreamLimits limits) {
        this.identity = identity;
        this.limits = limits;
        Duration shortest =
                limits.frame().compareTo(limits.write()) < 0 ? limits.frame() : limits.write();
        this.watchdog = new Watchdog(shortest);
    }

    /// Opens a stream. That this side knows the server does not say that it knows us: if it does
    /// not, the stream ends at once ({@link StreamEnd#PEER_CLOSED} or {@link StreamEnd#BROKEN}).
    ///
    /// @param server the key to pin
    /// @param handler is called from now on, also before this returns
    public PeerStream connect(String host, int port, PartyId server, StreamHandler handler)
            throws PeerException, InterruptedException {
        TlsChannel channel =
                TlsChannel.connect(
                        identity,
                        new InetSocketAddress(host, port),
                        server,
                        watchdog,
                        limits.connect());
        PeerStream stream = new PeerStream(channel, limits, handler, watchdog);
        open.add(stream);
        Loop.STREAMS.virtual("stream with " + server, () -> serve(stream)).start();
        return stream;
    }

    private void serve(PeerStream stream) {
        try {
            stream.run();
        } finally {
            open.remove(stream);
        }
    }

    /// Ends all streams; what they have queued may be lost. No stream is to be opened any more.
    @Override
    public void close() {
        open.forEach(stream -> stream.end(StreamEnd.CLOSED));
        watchdog.close();
    }
}
