package io.evenhand.enclave.policy;

import java.time.Duration;

/// The grid of time on which verdicts are released, so that how long judging took says nothing
/// about the hidden data (D4, decisions 14).
public final class Quantum {
    public static final Duration LENGTH = Duration.ofMillis(250);

    private Quantum() {}

    /// Nanoseconds to wait from `now` until the next multiple of the quantum since `start`; at
    /// least one whole quantum lies between start and release.
    ///
    /// Both times are `System.nanoTime()`.
    public static long release(long startNanos, long nowNanos) {
        long elapsed = nowNanos - startNanos;
        if (elapsed < 0) {
            throw new IllegalArgumentException("a try cannot end before it began");
        }
        long length = LENGTH.toNanos();
        long over = elapsed % length;
        return over == 0 && elapsed > 0 ? 0 : length - over;
    }
}
