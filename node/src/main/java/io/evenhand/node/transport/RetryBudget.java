package io.evenhand.node.transport;

import java.time.Duration;

/// How often a broken transfer is resumed: without end while bytes move, a few times in a row when
/// none do. And how often a request that moves nothing is repeated.
public final class RetryBudget {
    private final PeerClientOptions options;
    private long furthest = -1;
    private int barren;
    private Duration pause;

    public RetryBudget(PeerClientOptions options) {
        this.options = options;
        this.pause = options.firstPause();
    }

    /// A request broke: waits a while, or gives up with `why`.
    public void resume(PeerException why) throws PeerException, InterruptedException {
        resume(0, why);
    }

    /// The transfer stands at `position` and broke: waits a while, or gives up with `why`.
    void resume(long position, PeerException why) throws PeerException, InterruptedException {
        if (position > furthest) {
            furthest = position;
            barren = 0;
            pause = options.firstPause();
        }
        barren++;
        if (!why.again() || barren > options.attempts()) {
            throw why;
        }
        Thread.sleep(pause);
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(options.longestPause()) < 0 ? twice : options.longestPause();
    }
}
