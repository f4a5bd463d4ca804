package io.evenhand.node.transport;

import io.evenhand.kit.value.PartyId;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Decides about incoming connections: how many there may be, from where, and for how long.
///
/// A connection begins as a stranger's: it has a few seconds for its handshake and a request of a
/// key that is let in, and one of a few places that strangers have among themselves. Only then it
/// moves to the places of known keys, or of guests. So strangers take no place from anybody known.
/// They have two sets of places: those who come from where a known key came from lately do not
/// compete with all others.
///
/// Helidon lets it configure each accepted socket, and closes the one for which that fails.
final class ConnectionLimiter implements SocketOptions, Http1ConnectionListener {
    /// Hosts from which known keys came that are remembered: more than a server has customers.
    private static final int MAX_HOSTS = 1_024;

    /// New connections of one host in a second, and at once: a peer needs a dozen, a hundred peers
    /// may share an address, and so many handshakes take a fifth of one processor.
    private final ConnectRate hostRate = new ConnectRate(100, 256);

    /// The same for a network of hosts, those aside from which known keys came.
    private final ConnectRate networkRate = new ConnectRate(400, 1_024);

    private final Watchdog watchdog;
    private final PeerServerOptions.Room room;
    private final SocketOptions usual = SocketOptions.create();
    private final ReentrantLock lock = new ReentrantLock();
    private final Places<Visit> strangers;
    private final Places<Visit> returning;
    private final Places<Visit> guests;
    private final Places<Visit> known;

    /// Connections by the address and port of their peer.
    private final Map<SocketAddress, Visit> visits = new HashMap<>();

    /// Hosts from which known keys came, the latest last.
    private final Set<String> hosts = new LinkedHashSet<>();

    /// Watches over headers by the thread of the connection, which calls both methods.
    private final Map<Thread, Watchdog.Watch> reading = new ConcurrentHashMap<>();

    ConnectionLimiter(Watchdog watchdog, PeerServerOptions.Room room) {
        this.watchdog = watchdog;
        this.room = room;
        this.strangers = byOrigin(room.strangers());
        this.returning = byOrigin(room.strangers());
        this.guests = byOrigin(room.guests());
        this.known =
                new Places<>(room.known(), room.knownEach(), Visit::key, Visit::key, Visit::busy);
    }

    /// Whatever a stranger does, it is no reason to keep it.
    private static Places<Visit> byOrigin(int all) {
        return new Places<>(
                all, all, v -> v.origin().network(), v -> v.origin().host(), _ -> false);
    }

    @Override
    public void configureSocket(SocketChannel channel) {
        usual.configureSocket(channel);
        try {
            if (channel.getRemoteAddress() instanceof InetSocketAddress from
                    && enter(channel, from).isEmpty()) {
                throw new IllegalStateException(
                        "too many new connections from " + Origin.of(from.getAddress()).host());
            }
        } catch (IOException e) {
            throw new IllegalStateException("the connection broke", e);
        }
    }

    /// Called by the one thread that accepts; nothing if too many come from there.
    Optional<Visit> enter(SocketChannel channel, InetSocketAddress from) {
        Origin origin = Origin.of(from.getAddress());
        Visit visit;
        Optional<Visit> loser;
        lock.lock();
        try {
            sweep();
            long now = System.nanoTime();
            boolean back = hosts.contains(origin.host());
            if (!hostRate.take(origin.host(), now)
                    || (!back && !networkRate.take(origin.network(), now))) {
                return Optional.empty();
            }
            Places<Visit> places = back ? returning : strangers;
            visit = new Visit(channel, origin, watchdog, places);
            visit.watch().arm(room.life());
            visits.put(from, visit);
            loser = places.enter(visit);
        } finally {
            lock.unlock();
        }
        loser.ifPresent(Visit::close);
        return Optional.of(visit);
    }

    private void sweep() {
        visits.values()
                .removeIf(visit -> {
                    boolean gone = !visit.open();
                    if (gone) {
                        visit.watch().close();
                        visit.places().leave(visit);
                    }
                    return gone;
                });
    }

    /// The connection from this address.
    Optional<Visit> visit(SocketAddress from) {
        lock.lock();
        try {
            return Optional.ofNullable(visits.get(from));
        } finally {
            lock.unlock();
        }
    }

    /// A request of a key that is let in came over this connection: it is no stranger's any more.
    void admit(Visit visit, PartyId key, Standing standing) {
        Optional<Visit> loser;
        lock.lock();
        try {
            boolean isKnown = standing == Standing.KNOWN;
            if (isKnown) {
                remember(visit.origin().host());
            }
            Places<Visit> places = isKnown ? known : guests;
            if (visit.places() == places || !visit.open()) {
                return;
            }
            sweep();
            visit.watch().close();
            visit.places().leave(visit);
            visit.move(places, key);
            loser = places.enter(visit);
        } finally {
            lock.unlock();
        }
        loser.ifPresent(Visit::close);
    }

    private void remember(String host) {
        boolean _ = hosts.remove(host);
        boolean _ = hosts.add(host);
        if (hosts.size() > MAX_HOSTS) {
            hosts.remove(hosts.iterator().next());
        }
    }

    /// The time limit of a stranger's connection covers all of it.
    @Override
    public void prologue(ConnectionContext connection, HttpPrologue prologue) {
        boolean admitted =
                visit(connection.remotePeer().address())
                        .filter(visit -> visit.key().isPresent())
                        .isPresent();
        if (!admitted) {
            return;
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
