package io.evenhand.node.transport;

import java.time.Duration;

/// How patient a client is.
///
/// @param connect longest time to connect and shake hands
/// @param answer longest wait for an answer when the peer has to look at a file first, to which
///   comes a second for each 16 MiB of the file
/// @param stall a transfer that moves no byte for so long is broken off and resumed
/// @param attempts times a transfer is resumed in a row without moving a byte before it fails
/// @param firstPause wait before the first of them; doubles each time
/// @param longestPause and is never longer than this
public record PeerClientOptions(
        Duration connect,
        Duration answer,
        Duration stall,
        int attempts,
        Duration firstPause,
        Duration longestPause) {
    /// Rides out a restart of the peer: ten attempts are about a minute.
    public static final PeerClientOptions DEFAULT =
            new PeerClientOptions(
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(30),
                    10,
                    Duration.ofMillis(100),
                    Duration.ofSeconds(10));

    public PeerClientOptions {
        if (attempts < 1) {
            throw new IllegalArgumentException("a transfer needs at least one attempt");
        }
    }

    /// The slowest disks read this much in a second.
    private static final long HASHED_PER_SECOND = 16L << 20;

    /// Longest wait for an answer that needs the peer to hash so many bytes.
    Duration answerFor(long bytes) {
        return answer.plusSeconds(bytes / HASHED_PER_SECOND);
    }

    public PeerClientOptions withStall(Duration time) {
        return new PeerClientOptions(connect, answer, time, attempts, firstPause, longestPause);
    }

    public PeerClientOptions withAttempts(int times) {
        return new PeerClientOptions(connect, answer, stall, times, firstPause, longestPause);
    }
}
