package io.evenhand.node.transport;

import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.transport.PeerServerOptions.Room;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/// Listens for peers that hold a connection for long, on a port of its own, with the limits of the
/// {@link PeerServer}: see {@link ConnectionLimiter}.
///
/// A connection has a few seconds for its handshake. If its key is a stranger's it is closed there
/// and then, before a byte of it is looked at; else it is served, on a virtual thread of its own.
public final class TlsListener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TlsListener.class.getName());

    /// Connections that the system may have accepted before we do.
    private static final int BACKLOG = 256;

    /// When the system cannot accept for a moment, such as for want of files.
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ServerSocketChannel socket;
    private final SSLContext tls;
    private final Function<PartyId, Standing> standing;
    private final Service service;
    private final ConnectionLimiter door;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Serves one connection until it is over.
    @FunctionalInterface
    public interface Service {
        void serve(TlsChannel channel);
    }

    private TlsListener(
            ServerSocketChannel socket,
            SSLContext tls,
            Room room,
            Function<PartyId, Standing> standing,
            Watchdog watchdog,
            Service service) {
        this.socket = socket;
        this.tls = tls;
        this.standing = standing;
        this.service = service;
        this.door = new ConnectionLimiter(watchdog, room);
    }

    /// Starts to listen.
    ///
    /// @param port 0 for any free one
    /// @param room connections at a time, by who holds them
    /// @param standing asked once for each connection, when its key is proved
    /// @param watchdog ends handshakes that take too long
    /// @throws IOException if the address cannot be listened on
    public static TlsListener start(
            TlsIdentity identity,
            String host,
            int port,
            Room room,
            Function<PartyId, Standing> standing,
            Watchdog watchdog,
            Service service)
            throws IOException {
        // A peer server on its own port may take as many besides.
        Room fitting = Descriptors.fittingOrWarn(room, Room.DEFAULT.all());
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw PeerServer.cannotListen(host, port, e);
        }
        TlsListener listener =
                new TlsListener(
                        socket, identity.serverContext(), fitting, standing, watchdog, service);
        Loop.STREAMS.thread("streams", listener::accept).start();
        return listener;
    }

    /// The port it listens on.
    public int port() {
        return socket.socket().getLocalPort();
    }

    private void accept() {
        boolean wellBefore = true;
        try {
            while (closed.getCount() > 0) {
                try {
                    enter(socket.accept());
                    wellBefore = true;
                } catch (ClosedChannelException e) {
                    // It is closed for good: by us, or nobody can reach this node any more.
                    if (closed.getCount() > 0) {
                        throw new IllegalStateException("nobody listens for streams", e);
                    }
                } catch (IOException e) {
                    if (wellBefore) {
                        LOG.log(System.Logger.Level.WARNING, "no connection is accepted: " + e);
                    }
                    wellBefore = false;
                    boolean _ = closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void enter(SocketChannel channel) {
        Optional<Visit> visit = Optional.empty();
        try {
            TlsChannel.configure(channel);
            if (channel.getRemoteAddress() instanceof InetSocketAddress from) {
                visit = door.enter(channel, from);
            }
        } catch (IOException _) {
            // It broke before it began.
        }
        if (visit.isEmpty()) {
            TlsChannel.close(channel);
            return;
        }
        Visit accepted = visit.get();
        open.add(channel);
        if (closed.getCount() == 0) {
            TlsChannel.close(channel);
        }
        Loop.STREAMS.virtual("stream", () -> serve(channel, accepted)).start();
    }

    private void serve(SocketChannel channel, Visit visit) {
        try {
            TlsChannel made = TlsChannel.accept(channel, tls);
            Standing found = standing.apply(made.peer());
            if (found != Standing.STRANGER) {
                door.admit(visit, made.peer(), found);
                service.serve(made);
            }
        } catch (IOException _) {
            // Whoever it was, there is no stream: a peer that means it comes again.
        } finally {
            TlsChannel.close(channel);
            open.remove(channel);
        }
    }

    /// Stops listening and breaks all connections off.
    @Override
    public void close() {
        closed.countDown();
        try {
            socket.close();
        } catch (IOException _) {
            // Nothing was to be kept.
        }
        open.forEach(TlsChannel::close);
    }
}
