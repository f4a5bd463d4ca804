package io.evenhand.enclave.policy;

import io.evenhand.enclave.sandbox.GuestLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Judges under a wall-clock limit, on a thread of its own.
///
/// A policy that does not end, or breaks, leads to {@link Outcome.Aborted}: that is nobody's
/// verdict about the work.
public final class TimedJudge {
    /// 6.5 million hidden rows in 61 MiB took 4 to 12 s on two busy cores with a heap of 256 MiB;
    /// this is five times the worst of it.
    public static final Duration LIMIT = Duration.ofSeconds(60);

    /// Policies at work at the same time: what two of them may hold fits the heap of a stamper, and
    /// two cores do no more. The others wait, which is not counted as judging.
    static final int AT_ONCE = 2;

    private static final Semaphore PLACES = new Semaphore(AT_ONCE, true);

    private TimedJudge() {}

    public sealed interface Outcome {
        record Judged(Verdict verdict) implements Outcome {}

        /// @param why one line for the stamper's operator; it may speak of hidden data, so it goes
        ///   to nobody else
        record Aborted(String why) implements Outcome {
            @Override
            public String toString() {
                return "aborted";
            }
        }
    }

    /// @throws InterruptedException if the caller is stopped; the policy is stopped with it
    public static Outcome judge(Policy policy, Work work, Path hidden, Duration limit)
            throws InterruptedException {
        if (!limit.isPositive()) {
            return new Outcome.Aborted("no time is left for judging");
        }
        FutureTask<Verdict> task = new FutureTask<>(() -> policy.judge(work, hidden));
        PLACES.acquire();
        Thread.ofPlatform()
                .name("judge-" + policy.name())
                .daemon()
                .stackSize(GuestLimits.STACK_BYTES)
                .start(() -> {
                    try {
                        task.run();
                    } finally {
                        // Not before it has ended: a policy left behind still holds its memory.
                        PLACES.release();
                    }
                });
        try {
            return new Outcome.Judged(task.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException _) {
            return new Outcome.Aborted("judging took longer than " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            return new Outcome.Aborted("judging broke off: " + e.getCause());
        } finally {
            task.cancel(true);
        }
    }
}
