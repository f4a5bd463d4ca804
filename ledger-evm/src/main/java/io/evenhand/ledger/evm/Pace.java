package io.evenhand.ledger.evm;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How fast an endpoint lets itself be asked, learnt from its answers and shared by all of a
/// process that ask there.
///
/// Nothing waits before the first answer that says "too many". Then requests go one after the
/// other, urgent ones first; the speed grows by a fixed amount for each second of answers and
/// shrinks by a factor for each such refusal, so it stays a little below what is allowed.
final class Pace {
    /// Requests a second: slower serves nobody, faster is no limit any more.
    private static final double SLOWEST = 0.25;

    private static final double FASTEST = 256;

    /// What a second of answers adds, and what a refusal leaves.
    private static final double MORE = 0.25;

    private static final double LEFT = 0.7;

    /// When the endpoint does not say how long; it doubles with each refusal in a row.
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final long SECOND = 1_000_000_000L;

    /// One for each address that is open now. The path is part of it: it is the key that has the
    /// limit.
    private static final Map<URI, Pace> OPEN = new HashMap<>();

    private record Ticket(boolean urgent, long number) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turn = lock.newCondition();
    private final TreeSet<Ticket> line =
            new TreeSet<>(
                    Comparator.comparingInt((Ticket ticket) -> ticket.urgent() ? 0 : 1)
                            .thenComparingLong(Ticket::number));
    private final Deque<Long> answers = new ArrayDeque<>();
    private int users;
    private long tickets;
    private double perSecond = Double.POSITIVE_INFINITY;
    private long notBefore = System.nanoTime();
    private long lastCut = notBefore;
    private Duration pause = Duration.ZERO;

    Pace() {}

    /// The one of this address, until it is given back as often as it was taken.
    static Pace take(URI address) {
        synchronized (OPEN) {
            Pace pace = OPEN.computeIfAbsent(address, _ -> new Pace());
            pace.users++;
            return pace;
        }
    }

    static void giveBack(URI address) {
        synchronized (OPEN) {
            boolean _ = OPEN.computeIfPresent(address, (_, p) -> --p.users > 0 ? p : null) == null;
        }
    }

    /// Waits for the turn of one request and returns when that was.
    ///
    /// @param until when to give up, which is a `TimeoutException`
    long enter(boolean urgent, long until) throws InterruptedException, TimeoutException {
        lock.lockInterruptibly();
        Ticket ticket = new Ticket(urgent, tickets++);
        line.add(ticket);
        try {
            while (true) {
                long now = System.nanoTime();
                boolean first = line.first().equals(ticket);
                long wait = notBefore - now;
                if (first && wait <= 0) {
                    notBefore = now + (long) (SECOND / perSecond);
                    return now;
                }
                long left = until - now;
                if (left <= 0 || (first && wait > left)) {
                    throw new TimeoutException();
                }
                long _ = turn.awaitNanos(first ? wait : left);
            }
        } finally {
            line.remove(ticket);
            turn.signalAll();
            lock.unlock();
        }
    }

    /// A request was served, or refused for itself.
    void answered() {
        lock.lock();
        try {
            pause = Duration.ZERO;
            if (Double.isInfinite(perSecond)) {
                long now = System.nanoTime();
                answers.add(now);
                answers.removeIf(at -> now - at > SECOND);
                return;
            }
            perSecond += MORE / perSecond;
            if (perSecond > FASTEST) {
                perSecond = Double.POSITIVE_INFINITY;
            }
        } finally {
            lock.unlock();
        }
    }

    /// A request was one too many. Those that were under way at the same time tell nothing new.
    ///
    /// @param asked when its turn was
    /// @param wanted for how long the endpoint wants to be left alone
    /// @param most however long it says
    void limited(long asked, Optional<Duration> wanted, Duration most) {
        lock.lock();
        try {
            long now = System.nanoTime();
            if (asked - lastCut >= 0) {
                double had = Double.isInfinite(perSecond) ? recent(now) : perSecond;
                perSecond = Math.clamp(had * LEFT, SLOWEST, FASTEST);
                answers.clear();
                lastCut = now;
                pause = pause.isZero() ? FIRST_PAUSE : shorter(pause.multipliedBy(2), most);
            }
            long end = now + shorter(wanted.orElse(pause), most).toNanos();
            notBefore = end - notBefore > 0 ? end : notBefore;
        } finally {
            lock.unlock();
        }
    }

    private double recent(long now) {
        answers.removeIf(at -> now - at > SECOND);
        return answers.size();
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /// How many wait for their turn.
    int waiting() {
        lock.lock();
        try {
            return line.size();
        } finally {
            lock.unlock();
        }
    }

    double speed() {
        lock.lock();
        try {
            return perSecond;
        } finally {
            lock.unlock();
        }
    }

    /// What looked like a limit was none: asks as fast as before it.
    void restore(double speed) {
        lock.lock();
        try {
            perSecond = Math.max(perSecond, speed);
            pause = Duration.ZERO;
            notBefore = System.nanoTime();
            turn.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
