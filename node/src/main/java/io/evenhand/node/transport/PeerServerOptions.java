package io.evenhand.node.transport;

import java.time.Duration;
import java.util.OptionalLong;

/// Where a server listens, and its limits.
///
/// @param host name or address to listen on
/// @param port 0 for any free one
/// @param room connections at a time, by who holds them
/// @param maxPeerRequests requests of one peer at a time, besides long polls; more get 429
/// @param stall a peer that moves less than 16 KiB in so long is cut off
/// @param idle longest time between two requests on one connection
/// @param bytesPerSecond bandwidth of all transfers together, without a limit if empty
/// @param peerBytesPerSecond bandwidth of one peer's transfers, without a limit if empty
public record PeerServerOptions(
        String host,
        int port,
        Room room,
        int maxPeerRequests,
        Duration stall,
        Duration idle,
        OptionalLong bytesPerSecond,
        OptionalLong peerBytesPerSecond) {
    /// Above the 30 s after which the JDK's client drops an idle connection, so that the client
    /// drops it first.
    private static final Duration IDLE = Duration.ofSeconds(45);

    public PeerServerOptions {
        if (maxPeerRequests < 1) {
            throw new IllegalArgumentException("a peer needs at least one request");
        }
        if (stall.toMillis() < 1 || idle.toMillis() < 1) {
            throw new IllegalArgumentException("a stall takes at least a millisecond");
        }
        if (bytesPerSecond.orElse(1) < 1 || peerBytesPerSecond.orElse(1) < 1) {
            throw new IllegalArgumentException("a bandwidth is at least one byte a second");
        }
    }

    /// Connections at a time. Who comes when all places of a kind are taken gets one all the same,
    /// from who holds most.
    ///
    /// @param known of keys that were let in
    /// @param knownEach of them for one key
    /// @param guests of keys that nobody knows, at a server that is open to all
    /// @param strangers of whom nothing is known yet, twice: from anywhere, and from where a known
    ///   key came lately
    /// @param life of a stranger's connection, with its handshake
    public record Room(int known, int knownEach, int guests, int strangers, Duration life) {
        /// For a node of one operator: 256 connections are far more than its peers need, and a peer
        /// uses a dozen. 64 handshakes at a time are more than two processors do in their life. Six
        /// seconds are enough for a handshake by satellite, or on a machine that is busy.
        public static final Room DEFAULT = new Room(256, 32, 64, 64, Duration.ofSeconds(6));

        public Room {
            if (Math.min(Math.min(known, knownEach), Math.min(guests, strangers)) < 1) {
                throw new IllegalArgumentException("a server needs a place of each kind");
            }
            if (life.toMillis() < 1) {
                throw new IllegalArgumentException("a stranger lives at least a millisecond");
            }
        }

        /// Connections of all kinds together.
        int all() {
            return known + guests + 2 * strangers;
        }

        public Room withKnown(int places, int each) {
            return new Room(places, each, guests, strangers, life);
        }

        public Room withStrangers(int places, Duration longestLife) {
            return new Room(known, knownEach, guests, places, longestLife);
        }
    }

    /// For a node of one operator: 8 requests let a peer run several exchanges, 30 s without a byte
    /// is a dead connection.
    public static PeerServerOptions on(String host, int port) {
        return new PeerServerOptions(
                host,
                port,
                Room.DEFAULT,
                8,
                Duration.ofSeconds(30),
                IDLE,
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    public PeerServerOptions withRoom(Room places) {
        return new PeerServerOptions(
                host,
                port,
                places,
                maxPeerRequests,
                stall,
                idle,
                bytesPerSecond,
                peerBytesPerSecond);
    }

    public PeerServerOptions withMaxPeerRequests(int requests) {
        return new PeerServerOptions(
                host, port, room, requests, stall, idle, bytesPerSecond, peerBytesPerSecond);
    }

    public PeerServerOptions withStall(Duration time) {
        return withTimes(time, idle);
    }

    public PeerServerOptions withTimes(Duration longestStall, Duration longestIdle) {
        return new PeerServerOptions(
                host,
                port,
                room,
                maxPeerRequests,
                longestStall,
                longestIdle,
                bytesPerSecond,
                peerBytesPerSecond);
    }

    public PeerServerOptions withBytesPerSecond(OptionalLong all, OptionalLong each) {
        return new PeerServerOptions(host, port, room, maxPeerRequests, stall, idle, all, each);
    }
}
