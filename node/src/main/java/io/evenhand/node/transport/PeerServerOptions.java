package io.evenhand.node.transport;

import java.time.Duration;
import java.util.OptionalLong;

/// Where a server listens and what it bears.
///
/// @param host name or address to listen on
/// @param port 0 for any free one
/// @param maxConnections connections at a time; more wait in the kernel's queue
/// @param maxAddressConnections of them from one address; more are closed at once
/// @param maxPeerRequests requests of one peer at a time, besides long polls; more get 429
/// @param stall a peer that moves less than 16 KiB in so long is cut off, and so is a new
///   connection without a request
/// @param idle longest time between two requests on one connection
/// @param bytesPerSecond bandwidth of all transfers together, without a limit if empty
/// @param peerBytesPerSecond bandwidth of one peer's transfers, without a limit if empty
public record PeerServerOptions(
        String host,
        int port,
        int maxConnections,
        int maxAddressConnections,
        int maxPeerRequests,
        Duration stall,
        Duration idle,
        OptionalLong bytesPerSecond,
        OptionalLong peerBytesPerSecond) {
    /// Above the 30 s after which the JDK's client drops an idle connection, so that the client
    /// drops it first.
    private static final Duration IDLE = Duration.ofSeconds(45);

    public PeerServerOptions {
        if (maxConnections < 1 || maxAddressConnections < 1 || maxPeerRequests < 1) {
            throw new IllegalArgumentException("a server needs at least one connection");
        }
        if (stall.toMillis() < 1 || idle.toMillis() < 1) {
            throw new IllegalArgumentException("a stall takes at least a millisecond");
        }
        if (bytesPerSecond.orElse(1) < 1 || peerBytesPerSecond.orElse(1) < 1) {
            throw new IllegalArgumentException("a bandwidth is at least one byte a second");
        }
    }

    /// For a node of one operator: 256 connections are far more than its peers need, 64 of them let
    /// several peers share an address, 8 requests let a peer run several exchanges, 30 s without a
    /// byte is a dead connection.
    public static PeerServerOptions on(String host, int port) {
        return new PeerServerOptions(
                host,
                port,
                256,
                64,
                8,
                Duration.ofSeconds(30),
                IDLE,
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    public PeerServerOptions withConnections(int all, int each) {
        return new PeerServerOptions(
                host,
                port,
                all,
                each,
                maxPeerRequests,
                stall,
                idle,
                bytesPerSecond,
                peerBytesPerSecond);
    }

    public PeerServerOptions withMaxPeerRequests(int requests) {
        return new PeerServerOptions(
                host,
                port,
                maxConnections,
                maxAddressConnections,
                requests,
                stall,
                idle,
                bytesPerSecond,
                peerBytesPerSecond);
    }

    public PeerServerOptions withStall(Duration time) {
        return withTimes(time, idle);
    }

    public PeerServerOptions withTimes(Duration longestStall, Duration longestIdle) {
        return new PeerServerOptions(
                host,
                port,
                maxConnections,
                maxAddressConnections,
                maxPeerRequests,
                longestStall,
                longestIdle,
                bytesPerSecond,
                peerBytesPerSecond);
    }

    public PeerServerOptions withBytesPerSecond(OptionalLong all, OptionalLong each) {
        return new PeerServerOptions(
                host,
                port,
                maxConnections,
                maxAddressConnections,
                maxPeerRequests,
                stall,
                idle,
                all,
                each);
    }
}
