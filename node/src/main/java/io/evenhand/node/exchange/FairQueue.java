package io.evenhand.node.exchange;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Places for jobs that wait for each other, shared out by peers: a peer that has many jobs makes
/// nobody wait for more than one of them.
///
/// The next place goes to the peer with the fewest running jobs; among equals, to the one that was
/// served longest ago; and of its jobs, to the one that came first. Whoever gets a place is woken,
/// and nobody else, however many wait.
final class FairQueue<P> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<P, Share> peers = new HashMap<>();
    private int free;
    private long clock;

    FairQueue(int places) {
        free = places;
    }

    private static final class Ticket {
        private final Condition called;
        private final long came;
        private boolean served;

        Ticket(Condition called, long came) {
            this.called = called;
            this.came = came;
        }
    }

    /// What a peer has and had; kept as long as one of its jobs runs or waits.
    private static final class Share {
        private final Queue<Ticket> waiting = new ArrayDeque<>();
        private int running;
        private long servedAt = -1;

        long cameFirst() {
            Ticket first = waiting.peek();
            return first == null ? Long.MAX_VALUE : first.came;
        }
    }

    /// Waits for a place; whoever got one gives it back.
    void take(P peer) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Ticket mine = new Ticket(lock.newCondition(), clock++);
            Share share = peers.computeIfAbsent(peer, _ -> new Share());
            share.waiting.add(mine);
            serve();
            try {
                while (!mine.served) {
                    mine.called.await();
                }
            } catch (InterruptedException e) {
                if (mine.served) {
                    release(peer);
                } else {
                    share.waiting.remove(mine);
                    forget(peer, share);
                }
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    void giveBack(P peer) {
        lock.lock();
        try {
            release(peer);
        } finally {
            lock.unlock();
        }
    }

    private void release(P peer) {
        Share share = peers.getOrDefault(peer, new Share());
        free++;
        share.running--;
        forget(peer, share);
        serve();
    }

    private void forget(P peer, Share share) {
        if (share.running == 0 && share.waiting.isEmpty()) {
            peers.remove(peer);
        }
    }

    private void serve() {
        while (free > 0) {
            Share next =
                    peers.values().stream()
                            .filter(share -> !share.waiting.isEmpty())
                            .min(
                                    Comparator.<Share>comparingInt(share -> share.running)
                                            .thenComparingLong(share -> share.servedAt)
                                            .thenComparingLong(Share::cameFirst))
                            .orElse(null);
            if (next == null) {
                return;
            }
            Ticket ticket = next.waiting.remove();
            ticket.served = true;
            free--;
            next.running++;
            next.servedAt = clock++;
            ticket.called.signal();
        }
    }
}
