package io.evenhand.enclave.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.policy.TimedJudge.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TimedJudgeTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir Path folder;

    private interface Judgement {
        Verdict judge() throws IOException;
    }

    private static Policy policy(Judgement judgement) {
        return new Policy() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public Verdict judge(Work work, Path hidden) throws IOException {
                return judgement.judge();
            }
        };
    }

    private Outcome judge(Policy policy, Duration limit) throws InterruptedException {
        return TimedJudge.judge(policy, Work.of(folder), folder, limit);
    }

    @Test
    @DisplayName("both verdicts come back as they are")
    void verdicts() throws Exception {
        Path work = Files.writeString(folder.resolve("work"), "12345");
        for (long least : new long[] {5, 6}) {
            Size size = new Size(least, 10);
            Outcome outcome = TimedJudge.judge(size, Work.of(work), work, TimedJudge.LIMIT);
            assertEquals(new Outcome.Judged(size.judge(work, work)), outcome);
        }
    }

    @Test
    @DisplayName("D4: a policy that waits for ever is aborted, not rejected, and stopped")
    void waits() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Policy policy =
                policy(() -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        stopped.countDown();
                    }
                    return new Verdict(true, "too late");
                });
        assertInstanceOf(Outcome.Aborted.class, judge(policy, SHORT));
        assertTrue(stopped.await(30, TimeUnit.SECONDS));
    }

    @Test
    @DisplayName("D4: a policy that does not listen is left behind")
    void spins() throws Exception {
        AtomicBoolean go = new AtomicBoolean(true);
        Policy policy =
                policy(() -> {
                    while (go.get()) {
                        Thread.onSpinWait();
                    }
                    return new Verdict(true, "too late");
                });
        try {
            assertInstanceOf(Outcome.Aborted.class, judge(policy, SHORT));
        } finally {
            go.set(false);
        }
    }

    @Test
    @DisplayName("a policy that breaks, in whatever way, is aborted, and its words stay inside")
    void breaks() throws Exception {
        Policy runtime =
                policy(() -> {
                    throw new IllegalStateException("hidden 7");
                });
        Policy io =
                policy(() -> {
                    throw new IOException("disk");
                });
        Policy memory = policy(() -> new Verdict(new long[Integer.MAX_VALUE].length < 0, ""));
        for (Policy policy : new Policy[] {runtime, io, memory}) {
            Outcome outcome = judge(policy, TimedJudge.LIMIT);
            assertInstanceOf(Outcome.Aborted.class, outcome);
            assertEquals("aborted", outcome.toString());
        }
    }

    @Test
    @DisplayName("a stopped caller stops the policy")
    void interrupted() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Policy policy =
                policy(() -> {
                    started.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        stopped.countDown();
                    }
                    return new Verdict(true, "too late");
                });
        Thread caller =
                Thread.ofPlatform()
                        .start(() ->
                                assertThrows(
                                        InterruptedException.class,
                                        () -> judge(policy, TimedJudge.LIMIT)));
        assertTrue(started.await(30, TimeUnit.SECONDS));
        caller.interrupt();
        assertTrue(stopped.await(30, TimeUnit.SECONDS));
        caller.join();
    }
}
