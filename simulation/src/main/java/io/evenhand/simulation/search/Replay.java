package io.evenhand.simulation.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Walks a trace again, line by line, and says what it breaks. Where a line fits several steps, all
/// of them are walked.
public final class Replay {
    private Replay() {}

    /// The invariant that is broken at the end of `trace`, or the empty text.
    ///
    /// @throws IllegalStateException naming the line that cannot be taken
    public static String broken(Game game, List<String> trace) {
        List<int[]> states = new ArrayList<>(game.starts());
        for (String line : trace) {
            List<int[]> after = new ArrayList<>();
            for (int[] state : states) {
                game.expand(state, new Follow(line, after));
            }
            if (after.isEmpty()) {
                throw new IllegalStateException("no such step: " + line);
            }
            states = distinct(after);
        }
        for (int[] state : states) {
            String broken = game.broken(state);
            if (!broken.isEmpty()) {
                return broken;
            }
            List<String> quiescence = new ArrayList<>();
            game.expand(state, new Quiet(quiescence));
            if (!quiescence.isEmpty()) {
                return quiescence.getFirst();
            }
        }
        return "";
    }

    private static List<int[]> distinct(List<int[]> states) {
        Map<String, int[]> all = new LinkedHashMap<>();
        states.forEach(state -> all.put(Arrays.toString(state), state));
        return List.copyOf(all.values());
    }

    private record Follow(String line, List<int[]> after) implements Game.Steps {
        @Override
        public boolean labelled() {
            return true;
        }

        @Override
        public void to(int[] next, String label) {
            if (label.equals(line)) {
                after.add(next.clone());
            }
        }

        @Override
        public void broken(String invariant) {}
    }

    private record Quiet(List<String> broken) implements Game.Steps {
        @Override
        public boolean labelled() {
            return false;
        }

        @Override
        public void to(int[] next, String label) {}

        @Override
        public void broken(String invariant) {
            broken.add(invariant);
        }
    }
}
