package io.evenhand.ledger.evm;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// When the chain is looked at next: at once if somebody asks for it; soon after a push, but not
/// for each of those that come in a burst; else after a pause.
final class Bell {
    private long lastLook = System.nanoTime();
    private long lastHead = lastLook;
    private boolean headsCome;
    private boolean asked;
    private boolean expected;
    private boolean pushed;
    private boolean news;

    /// Somebody wants to know now.
    synchronized void ask() {
        asked = true;
        notifyAll();
    }

    /// Somebody wants to know within the usual pause.
    synchronized void soon() {
        expected = true;
        notifyAll();
    }

    /// There is news that needs no look.
    synchronized void tell() {
        news = true;
        notifyAll();
    }

    /// A new head was pushed.
    synchronized void head() {
        headsCome = true;
        lastHead = System.nanoTime();
        pushed = true;
        notifyAll();
    }

    synchronized void looked() {
        lastLook = System.nanoTime();
    }

    /// Whether nothing can have changed since the last look as far as pushes tell, or the look is
    /// no older than this.
    synchronized boolean isCurrent(Duration age, Duration heads) {
        long now = System.nanoTime();
        return now - lastLook < age.toNanos() || (!pushed && areHeadsPushed(now, heads));
    }

    private boolean areHeadsPushed(long now, Duration within) {
        return headsCome && now - lastHead < within.toNanos();
    }

    /// Waits until it is time; false if there is only something to tell.
    ///
    /// @param burst least time between two looks that pushes cause
    /// @param pause until a look without any push
    /// @param relied pause while heads are pushed, which came within that time
    synchronized boolean await(Duration burst, Duration pause, Duration relied)
            throws InterruptedException {
        while (!asked) {
            if (news) {
                news = false;
                return false;
            }
            long now = System.nanoTime();
            Duration quiet = !expected && areHeadsPushed(now, relied) ? relied : pause;
            long due = lastLook + (pushed ? shorter(burst, quiet) : quiet).toNanos();
            if (due - now <= 0) {
                break;
            }
            TimeUnit.NANOSECONDS.timedWait(this, due - now);
        }
        asked = false;
        expected = false;
        pushed = false;
        return true;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
