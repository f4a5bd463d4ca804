package io.evenhand.node.exchange;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Places for jobs that wait for each other, shared out by peers: a peer that has many jobs makes
/// nobody wait for more than one of them.
///
/// The next place goes to the peer with the fewest running jobs; among equals, to the one that was
/// served longest ago; and of its jobs, to the one that came first.
final class FairQueue<P> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Ticket<P>> waiting = new ArrayList<>();
    private final Map<P, Share> peers = new HashMap<>();
    private int free;
    private long clock;

    FairQueue(int places) {
        free = places;
    }

    private record Ticket<P>(P peer, long came) {}

    /// What a peer has and had; kept as long as one of its jobs runs or waits.
    private static final class Share {
        private int running;
        private int waiting;
        private long servedAt = -1;
    }

    /// Waits for a place; whoever got one gives it back.
    void take(P peer) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Ticket<P> mine = new Ticket<>(peer, clock++);
            Share record = peers.computeIfAbsent(peer, _ -> new Share());
            waiting.add(mine);
            record.waiting++;
            try {
                while (free == 0 || !mine.equals(next())) {
                    changed.await();
                }
                free--;
                record.running++;
                record.servedAt = clock++;
            } finally {
                waiting.remove(mine);
                record.waiting--;
                forget(peer, record);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void giveBack(P peer) {
        lock.lock();
        try {
            Share record = peers.getOrDefault(peer, new Share());
            free++;
            record.running--;
            forget(peer, record);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void forget(P peer, Share record) {
        if (record.running == 0 && record.waiting == 0) {
            peers.remove(peer);
        }
    }

    private Ticket<P> next() {
        return waiting.stream()
                .min(
                        Comparator.<Ticket<P>>comparingInt(t -> of(t).running)
                                .thenComparingLong(t -> of(t).servedAt)
                                .thenComparingLong(Ticket::came))
                .orElseThrow();
    }

    private Share of(Ticket<P> ticket) {
        return peers.getOrDefault(ticket.peer(), new Share());
    }
}
