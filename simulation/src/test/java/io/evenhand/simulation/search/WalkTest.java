package io.evenhand.simulation.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class WalkTest {
    /// Two counters that go up, the second one seldom; both above 2 is forbidden.
    private static final class Counters implements Game {
        @Override
        public int width() {
            return 2;
        }

        @Override
        public List<int[]> starts() {
            return List.of(new int[2]);
        }

        @Override
        public void expand(int[] state, Steps steps) {
            if (state[0] + state[1] == 40) {
                return;
            }
            for (int i = 0; i < 2; i++) {
                steps.kind(i);
                int[] next = state.clone();
                next[i]++;
                steps.to(next, "add to " + i);
            }
        }

        @Override
        public String broken(int[] state) {
            return state[0] > 2 && state[1] > 2 ? "both are above 2" : "";
        }
    }

    private static Walk.Walked walk(long seed) {
        return Walk.walk(new Counters(), seed);
    }

    @Test
    void aWalkEndsWhereNothingFollowsOrWhereSomethingBreaks() {
        boolean whole = false;
        boolean broken = false;
        for (long seed = 0; seed < 200; seed++) {
            Walk.Walked walked = walk(seed);
            whole |= walked.finding().isEmpty() && walked.steps() == 40;
            broken |= walked.finding().isPresent() && walked.steps() < 40;
            assertTrue(walked.finding().isPresent() || walked.steps() == 40);
            assertEquals(walked, walk(seed), "the same seed takes the same way");
        }
        assertTrue(whole && broken);
    }

    @Test
    void aTraceIsShrunkToWhatItsViolationNeeds() {
        Finding found =
                new Finding(
                        "both are above 2",
                        List.of(
                                "add to 0",
                                "add to 0",
                                "add to 0",
                                "add to 0",
                                "add to 1",
                                "add to 0",
                                "add to 1",
                                "add to 0",
                                "add to 1"));
        Finding shrunk = Shrink.shrunk(new Counters(), found);
        assertEquals(found.invariant(), shrunk.invariant());
        assertEquals(6, shrunk.trace().size());
        assertEquals(found.invariant(), Replay.broken(new Counters(), shrunk.trace()));
    }
}
