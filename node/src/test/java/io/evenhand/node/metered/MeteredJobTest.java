package io.evenhand.node.metered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.channel.PayerState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
    @DisplayName("S1-X4, C1: a job is paid round by round over a real channel, which its node closes")
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
}
