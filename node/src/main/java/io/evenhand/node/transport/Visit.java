package io.evenhand.node.transport;

import io.evenhand.kit.value.PartyId;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/// One connection as the {@link ConnectionLimiter} sees it. All but {@link #busy} and {@link
/// #party} changes under its lock alone.
final class Visit {
    private final SocketChannel channel;
    private final Origin origin;

    /// For all of the time in which it is a stranger's.
    private final Watchdog.Watch watch;

    private Places<Visit> places;
    private Optional<PartyId> key = Optional.empty();
    private volatile boolean busy;
    private volatile Optional<PartyId> party = Optional.empty();

    Visit(SocketChannel channel, Origin origin, Watchdog watchdog, Places<Visit> places) {
        this.channel = channel;
        this.origin = origin;
        this.places = places;
        this.watch = watchdog.watch(this::close);
    }

    Origin origin() {
        return origin;
    }

    Places<Visit> places() {
        return places;
    }

    Watchdog.Watch watch() {
        return watch;
    }

    /// Whose key was let in over this connection.
    Optional<PartyId> key() {
        return key;
    }

    void move(Places<Visit> to, PartyId owner) {
        places = to;
        key = Optional.of(owner);
    }

    /// Who proved to be at the other end, once a request came from there: whether it is let in is
    /// asked for each request.
    Optional<PartyId> party() {
        return party;
    }

    void party(PartyId proved) {
        party = Optional.of(proved);
    }

    /// Whether a request is under way.
    boolean busy() {
        return busy;
    }

    void busy(boolean now) {
        busy = now;
    }

    boolean open() {
        return channel.isOpen();
    }

    void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // It was closed to break it off; that it broke is no news.
        }
    }
}
