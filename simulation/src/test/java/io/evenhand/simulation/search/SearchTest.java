package io.evenhand.simulation.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SearchTest {
    /// Two counters below `size`; each step adds one to either.
    private record Grid(int size, int forbidden) implements Game {
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
            for (int i = 0; i < 2; i++) {
                if (state[i] + 1 < size) {
                    int[] next = state.clone();
                    next[i]++;
                    steps.to(next, "add to " + i);
                }
            }
            if (state[0] == size - 1 && state[1] == size - 1 && forbidden < 0) {
                steps.broken("the end");
            }
        }

        @Override
        public String broken(int[] state) {
            return state[0] + state[1] == forbidden ? "sum is " + forbidden : "";
        }
    }

    @Test
    void everyWorldIsSeenOnce() {
        Search search = new Search(new Grid(300, 10_000), 1_000_000);
        search.run();
        assertTrue(search.complete());
        assertEquals(90_000, search.states());
        assertEquals(598, search.depth());
    }

    @Test
    void theFirstViolationComesByAShortestWayThatReplays() {
        Grid grid = new Grid(100, 7);
        Search search = new Search(grid, 1_000_000);
        search.run();
        Finding finding = search.finding().orElseThrow();
        assertEquals("sum is 7", finding.invariant());
        assertEquals(7, finding.trace().size());
        assertEquals("sum is 7", Replay.broken(grid, finding.trace()));
        assertFalse(search.complete());
    }

    @Test
    void whatOnlyTheStepsCanTellIsFoundToo() {
        Grid grid = new Grid(4, -1);
        Search search = new Search(grid, 1_000);
        search.run();
        assertEquals("the end", search.finding().orElseThrow().invariant());
        assertEquals("the end", Replay.broken(grid, search.finding().orElseThrow().trace()));
    }

    @Test
    void aSearchStopsAtItsLimitAndGoesOnWhereItStopped() {
        Search limited = new Search(new Grid(300, 10_000), 1_000);
        limited.run();
        assertTrue(limited.stopped());
        assertFalse(limited.complete());
        Search slow = new Search(new Grid(300, 10_000), 1_000_000);
        while (!slow.stopped()) {
            slow.run(System.nanoTime() + 1);
        }
        assertEquals(90_000, slow.states());
    }

    @Test
    void aTraceThatCannotBeWalkedIsRefused() {
        assertThrows(
                IllegalStateException.class,
                () -> Replay.broken(new Grid(3, 9), List.of("add to 0", "jump")));
    }

    @Test
    void setsAndMapsOfNumbersKeepWhatTheyAreGiven() {
        IntSets sets = new IntSets();
        int odd = sets.of(5, 1, 3);
        assertEquals(odd, sets.of(3, 5, 1, 1));
        int all = sets.union(odd, sets.of(2));
        assertEquals(4, sets.members(all).length);
        assertTrue(sets.contains(all, 2));
        assertEquals(odd, sets.without(all, 2));
        assertEquals(0, sets.of());
        Random random = new Random(1);
        LongIntMap map = new LongIntMap();
        for (int i = 0; i < 10_000; i++) {
            map.put(random.nextLong() >>> 1, i);
        }
        random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            assertEquals(i, map.get(random.nextLong() >>> 1));
        }
        assertEquals(LongIntMap.NONE, map.get(77));
        assertThrows(IllegalArgumentException.class, () -> map.put(-1, 0));
    }
}
