package io.evenhand.node;

import java.time.Duration;

/// Pauses of a loop that fails: each is twice as long as the last, up to a bound.
public final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(200);

    /// A recovery is noticed after this long at the latest.
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private Duration next = FIRST;

    /// The pause after one more failure.
    public Duration next() {
        Duration pause = next;
        Duration twice = pause.multipliedBy(2);
        next = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
        return pause;
    }

    /// To be called when it worked: the next pause is short again.
    public void reset() {
        next = FIRST;
    }
}
