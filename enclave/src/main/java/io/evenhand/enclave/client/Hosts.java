package io.evenhand.enclave.client;

import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A node's guest hosts: it starts them, asks them, and ends them.
///
/// A host that has judged for a customer is kept for a while, for that customer only: of what it
/// was lent something may still lie in its memory. One that did anything but give a verdict is
/// ended.
public final class Hosts implements AutoCloseable {
    /// Policies at work at the same time: two cores do no more. The others wait, which is not
    /// counted as judging.
    static final int AT_ONCE = 2;

    /// Hosts that wait for their customers: to start one takes a hundred times as long as to judge
    /// a small work.
    static final int MOST_IDLE = 8;

    /// What they may hold together, in memory: as much as those at work.
    private static final long IDLE_BYTES = 600L << 20;

    /// A customer's next attempt comes within this, or starts a host of its own.
    static final Duration IDLE = Duration.ofSeconds(30);

    /// How often a host at work is looked at.
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Semaphore places = new Semaphore(AT_ONCE, true);
    private final Executor later =
            CompletableFuture.delayedExecutor(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final Set<HostProcess> atWork = new HashSet<>();
    private final int heapMib;
    private boolean closed;

    /// @param bytes of memory that it holds
    /// @param since tells this rest from an earlier one of the same host
    private record Idle(HostProcess host, Object customer, long bytes, long since) {}

    public Hosts() {
        this(HostCommand.HEAP_MIB);
    }

    Hosts(int heapMib) {
        this.heapMib = heapMib;
    }

    /// Judges in a process of its own.
    ///
    /// @param customer whose policy and hidden data these are
    /// @throws InterruptedException if the caller is stopped; the policy is stopped with it
    public Outcome judge(Object customer, Assignment job, TimeLimits limits)
            throws InterruptedException {
        places.acquire();
        try {
            HostProcess host = take(customer);
            boolean good = false;
            try {
                Outcome outcome = watch(host, job, limits);
                good = outcome instanceof Outcome.Judged;
                return outcome;
            } finally {
                giveBack(host, customer, good);
            }
        } catch (IOException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()));
        } finally {
            places.release();
        }
    }

    private static Outcome watch(HostProcess host, Assignment job, TimeLimits limits)
            throws InterruptedException {
        long started = System.nanoTime();
        Duration before = host.processorTime();
        FutureTask<Outcome> talk = new FutureTask<>(() -> host.judge(job));
        Loop.JUDGE.thread("guest-host-talk", talk).start();
        try {
            while (true) {
                try {
                    return talk.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException _) {
                    stopAt(limits, host, before, Duration.ofNanos(System.nanoTime() - started));
                }
            }
        } catch (ExecutionException e) {
            Fatal.endIfError(e);
            return new Outcome.Failed("asking a guest host broke off: " + e.getCause());
        }
    }

    private static void stopAt(
            TimeLimits limits, HostProcess host, Duration before, Duration passed) {
        Duration used = host.processorTime().minus(before);
        if (used.compareTo(limits.processor()) > 0) {
            host.kill(
                    new Outcome.Unjudged(
                            "the policy took more than "
                                    + limits.processor().toSeconds()
                                    + " s of processor time"));
        } else if (passed.compareTo(limits.wall()) > 0) {
            host.kill(
                    new Outcome.Failed(
                            "judging took longer than "
                                    + limits.wall().toSeconds()
                                    + " s on this machine"));
        }
    }

    private synchronized HostProcess take(Object customer) throws IOException {
        if (closed) {
            throw new IOException("this node stops");
        }
        Iterator<Idle> all = idle.iterator();
        while (all.hasNext()) {
            Idle one = all.next();
            if (one.customer().equals(customer) && one.host().isAlive()) {
                all.remove();
                atWork.add(one.host());
                return one.host();
            }
        }
        HostProcess host = new HostProcess(HostCommand.start(heapMib));
        atWork.add(host);
        return host;
    }

    /// Hosts that work or wait for their customer.
    synchronized int living() {
        return idle.size() + atWork.size();
    }

    private synchronized void giveBack(HostProcess host, Object customer, boolean good) {
        atWork.remove(host);
        if (!good || closed) {
            end(host);
            return;
        }
        Idle one = new Idle(host, customer, host.resident(), System.nanoTime());
        idle.addLast(one);
        // Those that have waited longest make room.
        while (idle.size() > MOST_IDLE || idle.stream().mapToLong(Idle::bytes).sum() > IDLE_BYTES) {
            end(idle.removeFirst().host());
        }
        later.execute(() -> Loop.JUDGE.guard(() -> expire(one)));
    }

    private synchronized void expire(Idle one) {
        if (idle.remove(one)) {
            end(one.host());
        }
    }

    private static void end(HostProcess host) {
        host.kill(new Outcome.Failed("judging was stopped"));
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(one -> end(one.host()));
        idle.clear();
        atWork.forEach(Hosts::end);
    }
}
