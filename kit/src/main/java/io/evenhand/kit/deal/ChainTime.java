package io.evenhand.kit.deal;

/// Seconds since 1970 by two clocks: the party's own and the newest block's.
public record ChainTime(long local, long head) {
    /// The time that decisions use: the later of the two (decisions 10).
    public long now() {
        return Math.max(local, head);
    }
}
