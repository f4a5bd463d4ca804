package io.evenhand.node.stream;

import io.evenhand.kit.value.PartyId;
import io.evenhand.node.transport.PeerServerOptions.Room;
import io.evenhand.node.transport.Standing;
import io.evenhand.node.transport.TlsChannel;
import io.evenhand.node.transport.TlsIdentity;
import io.evenhand.node.transport.TlsListener;
import io.evenhand.node.transport.Watchdog;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// The end of streams that listens, on a port of its own.
///
/// A key that is a stranger's here is cut off when it is proved: no frame of it is read. Who comes
/// when all places are taken gets one from who holds most, and of its own if that is itself.
public final class StreamServer implements AutoCloseable {
    /// A peer has a stream for each channel that it uses just now, and each takes 100 KiB here.
    public static final Room ROOM = new Room(512, 64, 64, 64, Duration.ofSeconds(6));

    private final StreamLimits limits;
    private final StreamHandler handler;
    private final Watchdog watchdog;
    private final TlsListener listener;
    private final Set<PeerStream> open = ConcurrentHashMap.newKeySet();

    private StreamServer(
            TlsIdentity identity,
            Options options,
            Function<PartyId, Standing> standing,
            StreamHandler handler)
            throws IOException {
        this.limits = options.limits();
        this.handler = handler;
        this.watchdog = new Watchdog(options.shortest());
        try {
            this.listener =
                    TlsListener.start(
                            identity,
                            options.host(),
                            options.port(),
                            options.room(),
                            standing,
                            watchdog,
                            this::serve);
        } catch (IOException e) {
            watchdog.close();
            throw e;
        }
    }

    /// Where a server listens, and its limits.
    ///
    /// @param host name or address to listen on
    /// @param port 0 for any free one
    /// @param room streams at a time, by who holds them
    public record Options(String host, int port, Room room, StreamLimits limits) {
        public static Options on(String host, int port) {
            return new Options(host, port, ROOM, StreamLimits.DEFAULT);
        }

        /// The watchdog looks a few times in it.
        private Duration shortest() {
            Duration times =
                    limits.frame().compareTo(limits.write()) < 0 ? limits.frame() : limits.write();
            return times.compareTo(room.life()) < 0 ? times : room.life();
        }
    }

    /// Starts to listen.
    ///
    /// @param standing what a key may do here, as at the peer server: asked once for each stream
    /// @throws IOException if the address cannot be listened on
    public static StreamServer start(
            TlsIdentity identity,
            Options options,
            Function<PartyId, Standing> standing,
            StreamHandler handler)
            throws IOException {
        return new StreamServer(identity, options, standing, handler);
    }

    private void serve(TlsChannel channel) {
        PeerStream stream = new PeerStream(channel, limits, handler, watchdog);
        open.add(stream);
        try {
            stream.run();
        } finally {
            open.remove(stream);
        }
    }

    /// The port it listens on.
    public int port() {
        return listener.port();
    }

    /// Streams that are open now.
    public int streams() {
        return open.size();
    }

    /// Stops listening and ends all streams; what they have queued may be lost.
    @Override
    public void close() {
        open.forEach(stream -> stream.end(StreamEnd.CLOSED));
        listener.close();
        watchdog.close();
    }
}
