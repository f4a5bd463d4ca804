package io.evenhand.node.metered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.channel.PayerState;
import io.evenhand.protocols.metered.message.Prices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeteredJobTest {
    /// What is waited for comes, or the test fails after this.
    private static final long LIMIT_MINUTES = 15;

    @TempDir Path root;

    static final ComputeListener NOBODY =
            new ComputeListener() {
                @Override
                public void progress(long done, long cycles, Wei paid, Wei ahead) {}

                @Override
                public void silent(Duration left) {}
            };

    @Test
    @DisplayName(
            "S1-X4, C1: a job is paid round by round over a real channel, which its node closes")
    void wholeJob() throws Exception {
        try (MeteredRig rig = new MeteredRig(root);
                LocalEnclaves enclaves = new LocalEnclaves(1);
                NodeDaemon node = rig.node("node", 2, enclaves);
                RequesterAgent requester = rig.requester("requester", 1)) {
            requester.join(node.invite("127.0.0.1", Duration.ofHours(1)));
            Octets state = rig.grid(50);
            Wei before = node.balance();
            Bytes32 ref =
                    requester.propose(
                            rig.request(
                                    node.party(), state, 1000, 10, requester.chainTime() + 900));
            PayerState opened = requester.opened(ref).get(LIMIT_MINUTES, TimeUnit.MINUTES);
            assertInstanceOf(PayerState.Open.class, opened, opened.toString());
            ComputeOutcome outcome;
            try (RequesterAgent.Job job = requester.job(ref, NOBODY, Duration.ofMinutes(5))) {
                outcome = job.run();
            }
            assertEquals(ComputeOutcome.Kind.DONE, outcome.kind(), outcome.why());
            assertEquals(100, outcome.rounds());
            assertEquals(rig.plain(state, 1000), outcome.state());
            PayerState end = requester.end(ref).get(LIMIT_MINUTES, TimeUnit.MINUTES);
            PayerState.Closed closed = assertInstanceOf(PayerState.Closed.class, end);
            assertEquals(true, closed.key().isPresent());
            // Its wage, less the fee of closing.
            assertEquals(1, node.balance().compareTo(before));
        }
    }

    /// Stops a job after so many cycles.
    private static ComputeListener stopAt(long cycles, Runnable stop) {
        return new ComputeListener() {
            @Override
            public void progress(long done, long all, Wei paid, Wei ahead) {
                if (done >= cycles) {
                    stop.run();
                }
            }

            @Override
            public void silent(Duration left) {}
        };
    }

    @Test
    @DisplayName("F12, G10: a requester that stops goes on from its journal, in another process")
    void stoppedAndResumed() throws Exception {
        try (MeteredRig rig = new MeteredRig(root);
                LocalEnclaves enclaves = new LocalEnclaves(1);
                NodeDaemon node = rig.node("node", 2, enclaves)) {
            Octets state = rig.grid(30);
            Bytes32 ref;
            long done;
            try (RequesterAgent requester = rig.requester("requester", 1)) {
                requester.join(node.invite("127.0.0.1", Duration.ofHours(1)));
                ref =
                        requester.propose(
                                rig.request(
                                        node.party(),
                                        state,
                                        2000,
                                        10,
                                        requester.chainTime() + 900));
                PayerState opened = requester.opened(ref).get(LIMIT_MINUTES, TimeUnit.MINUTES);
                assertInstanceOf(PayerState.Open.class, opened, opened.toString());
                AtomicReference<RequesterAgent.Job> running = new AtomicReference<>();
                try (RequesterAgent.Job job =
                        requester.job(
                                ref,
                                stopAt(700, () -> running.get().stop()),
                                Duration.ofMinutes(5))) {
                    running.set(job);
                    ComputeOutcome outcome = job.run();
                    assertEquals(ComputeOutcome.Kind.STOPPED, outcome.kind(), outcome.why());
                    done = outcome.done();
                    assertEquals(rig.plain(state, done), outcome.state());
                }
            }
            try (RequesterAgent requester = rig.requester("requester", 1)) {
                assertInstanceOf(
                        PayerState.Open.class,
                        requester.opened(ref).get(LIMIT_MINUTES, TimeUnit.MINUTES));
                try (RequesterAgent.Job job = requester.job(ref, NOBODY, Duration.ofMinutes(5))) {
                    assertEquals(done, job.done());
                    ComputeOutcome outcome = job.run();
                    assertEquals(ComputeOutcome.Kind.DONE, outcome.kind(), outcome.why());
                    assertEquals(rig.plain(state, 2000), outcome.state());
                }
                assertInstanceOf(
                        PayerState.Closed.class,
                        requester.end(ref).get(LIMIT_MINUTES, TimeUnit.MINUTES));
            }
        }
    }

    @Test
    @DisplayName(
            "F2, F3: a node that starts again goes on with a new session, and nothing is paid twice")
    void nodeRestarts() throws Exception {
        try (MeteredRig rig = new MeteredRig(root);
                LocalEnclaves enclaves = new LocalEnclaves(1);
                RequesterAgent requester = rig.requester("requester", 1)) {
            Octets state = rig.grid(30);
            AtomicReference<NodeDaemon> node =
                    new AtomicReference<>(rig.node("node", 2, enclaves, 0, 0));
            int port = node.get().port();
            int rounds = node.get().roundsPort();
            requester.join(node.get().invite("127.0.0.1", Duration.ofHours(1)));
            Bytes32 ref =
                    requester.propose(
                            rig.request(
                                    node.get().party(),
                                    state,
                                    2000,
                                    10,
                                    requester.chainTime() + 900));
            PayerState opened = requester.opened(ref).get(LIMIT_MINUTES, TimeUnit.MINUTES);
            assertInstanceOf(PayerState.Open.class, opened, opened.toString());
            AtomicBoolean once = new AtomicBoolean();
            ComputeListener restart =
                    stopAt(
                            700,
                            () -> {
                                if (once.compareAndSet(false, true)) {
                                    node.get().close();
                                    try {
                                        node.set(rig.node("node", 2, enclaves, port, rounds));
                                    } catch (IOException e) {
                                        throw new UncheckedIOException(e);
                                    }
                                }
                            });
            try (RequesterAgent.Job job = requester.job(ref, restart, Duration.ofMinutes(5))) {
                ComputeOutcome outcome = job.run();
                assertEquals(ComputeOutcome.Kind.DONE, outcome.kind(), outcome.why());
                assertEquals(rig.plain(state, 2000), outcome.state());
                // Two sessions; rounds that the node had not been paid for are not paid.
                Prices prices = MeteredRig.PRICING.of(rig.limits);
                Wei most = prices.perSession().times(2).plus(prices.of(2, 10).times(200));
                assertEquals(most, outcome.paid());
            }
            assertInstanceOf(
                    PayerState.Closed.class,
                    requester.end(ref).get(LIMIT_MINUTES, TimeUnit.MINUTES));
            node.get().close();
        }
    }
}
