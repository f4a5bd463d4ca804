package io.evenhand.node.transport;

import java.time.Duration;
import java.util.OptionalLong;

/// Where a server listens and what it bears.
///
/// @param host name or address to listen on
/// @param port 0 for any free one
/// @param maxConnections connections at a time; more wait in the kernel's queue
/// @param maxPeerRequests requests of one peer at a time, besides long polls; more get 429
/// @param stall a peer that takes no byte or gives none for so long is cut off
/// @param bytesPerSecond bandwidth of all transfers together, without a limit if empty
public record PeerServerOptions(
        String host,
        int port,
        int maxConnections,
        int maxPeerRequests,
        Duration stall,
        OptionalLong bytesPerSecond) {
    public PeerServerOptions {
        if (maxConnections < 1 || maxPeerRequests < 1) {
            throw new IllegalArgumentException("a server needs at least one connection");
        }
        if (stall.toMillis() < 1) {
            throw new IllegalArgumentException("a stall takes at least a millisecond");
        }
        if (bytesPerSecond.isPresent() && bytesPerSecond.getAsLong() < 1) {
            throw new IllegalArgumentException("a bandwidth is at least one byte a second");
        }
    }

    /// For a node of one operator: 256 connections are far more than its peers need, 8 requests let
    /// a peer run several exchanges, 30 s without a byte is a dead connection.
    public static PeerServerOptions on(String host, int port) {
        return new PeerServerOptions(
                host, port, 256, 8, Duration.ofSeconds(30), OptionalLong.empty());
    }

    public PeerServerOptions withStall(Duration time) {
        return new PeerServerOptions(
                host, port, maxConnections, maxPeerRequests, time, bytesPerSecond);
    }

    public PeerServerOptions withMaxPeerRequests(int requests) {
        return new PeerServerOptions(host, port, maxConnections, requests, stall, bytesPerSecond);
    }

    public PeerServerOptions withBytesPerSecond(long bytes) {
        return new PeerServerOptions(
                host, port, maxConnections, maxPeerRequests, stall, OptionalLong.of(bytes));
    }
}
