package io.evenhand.node.transport;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Stands where connections come in, and limits what Helidon does not: how many come from one
/// address, the time until a connection's first request (with its handshake), and the time from a
/// request's first line to the end of its headers.
///
/// Helidon lets it configure each accepted socket, and closes the one for which that fails.
final class Doorkeeper implements SocketOptions, Http1ConnectionListener {
    /// A host that has one address of IPv6 has all that begin with the same 8 bytes.
    private static final int NETWORK_BYTES = 8;

    private final Watchdog watchdog;
    private final int maxEach;
    private final SocketOptions usual = SocketOptions.create();

    /// Connections by the address and port of their peer.
    private final Map<SocketAddress, Guest> guests = new ConcurrentHashMap<>();

    /// Watches over headers by the thread of the connection, which calls both methods.
    private final Map<Thread, Watchdog.Watch> reading = new ConcurrentHashMap<>();

    Doorkeeper(Watchdog watchdog, int maxEach) {
        this.watchdog = watchdog;
        this.maxEach = maxEach;
    }

    private record Guest(SocketChannel channel, Object network, Watchdog.Watch watch) {}

    @Override
    public void configureSocket(SocketChannel channel) {
        usual.configureSocket(channel);
        try {
            if (channel.getRemoteAddress() instanceof InetSocketAddress from) {
                enter(channel, from);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the connection broke", e);
        }
    }

    /// Called by the one thread that accepts.
    private void enter(SocketChannel channel, InetSocketAddress from) {
        guests.values()
                .removeIf(guest -> {
                    boolean gone = !guest.channel.isOpen();
                    if (gone) {
                        guest.watch.close();
                    }
                    return gone;
                });
        Object network = network(from.getAddress());
        if (guests.values().stream().filter(g -> g.network.equals(network)).count() >= maxEach) {
            throw new IllegalStateException(
                    "more than " + maxEach + " connections from " + from.getAddress());
        }
        Watchdog.Watch watch = watchdog.watch(() -> close(channel));
        watch.arm();
        guests.put(from, new Guest(channel, network, watch));
    }

    private static Object network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length <= NETWORK_BYTES
                ? address
                : ByteBuffer.wrap(Arrays.copyOf(bytes, NETWORK_BYTES));
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // It was closed to break it off; that it broke is no news.
        }
    }

    @Override
    public void prologue(ConnectionContext connection, HttpPrologue prologue) {
        Guest guest = guests.get(connection.remotePeer().address());
        if (guest != null) {
            guest.watch.close();
        }
        Thread me = Thread.currentThread();
        Watchdog.Watch watch =
                watchdog.watch(() -> {
                    me.interrupt();
                    end(me);
                });
        watch.arm();
        reading.put(me, watch);
    }

    @Override
    public void headers(ConnectionContext connection, Headers headers) {
        end(Thread.currentThread());
    }

    /// Also called by the watch itself, as a connection that breaks here reports nothing.
    private void end(Thread thread) {
        Watchdog.Watch watch = reading.remove(thread);
        if (watch != null) {
            watch.close();
        }
    }

    @Override
    public Map<SocketOption<?>, Object> socketOptions() {
        return usual.socketOptions();
    }

    @Override
    public Duration connectTimeout() {
        return usual.connectTimeout();
    }

    @Override
    public Duration readTimeout() {
        return usual.readTimeout();
    }

    @Override
    public Optional<Integer> socketReceiveBufferSize() {
        return usual.socketReceiveBufferSize();
    }

    @Override
    public Optional<Integer> socketSendBufferSize() {
        return usual.socketSendBufferSize();
    }

    @Override
    public boolean socketReuseAddress() {
        return usual.socketReuseAddress();
    }

    @Override
    public boolean socketKeepAlive() {
        return usual.socketKeepAlive();
    }

    @Override
    public boolean tcpNoDelay() {
        return usual.tcpNoDelay();
    }
}
