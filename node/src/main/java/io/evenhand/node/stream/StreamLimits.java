package io.evenhand.node.stream;

import java.time.Duration;

/// What one stream may take of memory and time.
///
/// @param queuedBytes of frames that wait to be sent, with 4 bytes for each
/// @param frame longest time from a frame's first byte to its last; between frames a peer may be
///   silent for as long as it lives
/// @param write longest time in which a peer takes a record of at most 16 KiB off our hands
/// @param connect longest time to connect and shake hands
public record StreamLimits(int queuedBytes, Duration frame, Duration write, Duration connect) {
    /// Longest frame.
    public static final int MAX_FRAME = 1 << 20;

    /// What stands before each frame.
    static final int LENGTH_BYTES = Integer.BYTES;

    /// 4 MiB let some frames of any length wait. In 30 s the slowest line moves a whole frame.
    public static final StreamLimits DEFAULT =
            new StreamLimits(
                    4 << 20,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10));

    public StreamLimits {
        if (queuedBytes < MAX_FRAME + LENGTH_BYTES) {
            throw new IllegalArgumentException("no place for one frame");
        }
        if (frame.toMillis() < 1 || write.toMillis() < 1 || connect.toMillis() < 1) {
            throw new IllegalArgumentException("a limit is at least a millisecond");
        }
    }

    public StreamLimits withTimes(Duration longestFrame, Duration longestWrite) {
        return new StreamLimits(queuedBytes, longestFrame, longestWrite, connect);
    }
}
