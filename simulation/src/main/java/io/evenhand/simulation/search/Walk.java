package io.evenhand.simulation.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// One random way through a game, drawn from a seed: deep where {@link Search} is broad.
///
/// Each kind of step (see {@link Game.Steps#kind}) has a weight, which is drawn anew now and then:
/// so a party may be prompt for a while and then sleep, and faults come in bursts. The same seed
/// takes the same way as long as the game offers its steps in the same order.
public final class Walk {
    /// An exchange is over after some two hundred steps; what goes on for longer goes in circles.
    private static final int MAX_STEPS = 2_000;

    /// Steps between two changes of the weights, on average.
    private static final int STEPS_PER_WEIGHTS = 20;

    /// Weights are powers of two below this. What carries a game on weighs more than all else by
    /// {@link #FORWARD}: or time would run out before anything has happened.
    private static final int HEAVIEST = 5;

    private static final int FORWARD = 4;

    private final Game game;
    private final SplittableRandom random;
    private final List<int[]> path = new ArrayList<>();
    private final int[] weights = new int[Game.KINDS];
    private String broken = "";

    private Walk(Game game, long seed) {
        this.game = game;
        random = new SplittableRandom(seed);
    }

    /// @param steps that were taken
    /// @param finding what broke at the end, with every step to it
    public record Walked(int steps, Optional<Finding> finding) {}

    /// Walks until an invariant breaks, nothing can happen any more, or it is enough.
    public static Walked walk(Game game, long seed) {
        return new Walk(game, seed).walked();
    }

    private Walked walked() {
        List<int[]> starts = game.starts();
        path.add(starts.get(random.nextInt(starts.size())));
        while (path.size() <= MAX_STEPS) {
            int[] state = path.getLast();
            broken = game.broken(state);
            if (broken.isEmpty()) {
                Choice choice = new Choice();
                game.expand(state, choice);
                Optional<int[]> next = choice.drawn();
                if (broken.isEmpty() && next.isPresent()) {
                    path.add(next.get());
                    continue;
                }
            }
            break;
        }
        Optional<Finding> finding =
                broken.isEmpty() ? Optional.empty() : Optional.of(new Finding(broken, trace()));
        return new Walked(path.size() - 1, finding);
    }

    private List<String> trace() {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i < path.size(); i++) {
            lines.add(Search.label(game, path.get(i - 1), path.get(i)));
        }
        return lines;
    }

    /// Takes one of the steps of each kind, all alike likely, and then one of those.
    private final class Choice implements Game.Steps {
        private final int[][] drawn = new int[Game.KINDS][0];
        private final int[] seen = new int[Game.KINDS];
        private int kind;

        @Override
        public boolean labelled() {
            return false;
        }

        @Override
        public void kind(int of) {
            kind = of;
        }

        @Override
        public void to(int[] next, String label) {
            if (random.nextInt(++seen[kind]) == 0) {
                drawn[kind] = next.clone();
            }
        }

        @Override
        public void broken(String invariant) {
            if (broken.isEmpty()) {
                broken = invariant;
            }
        }

        private Optional<int[]> drawn() {
            if (path.size() == 1 || random.nextInt(STEPS_PER_WEIGHTS) == 0) {
                Arrays.setAll(
                        weights, k -> 1 << (random.nextInt(HEAVIEST) + (k == 0 ? FORWARD : 0)));
            }
            int sum = 0;
            for (int k = 0; k < Game.KINDS; k++) {
                sum += seen[k] > 0 ? weights[k] : 0;
            }
            if (sum == 0) {
                return Optional.empty();
            }
            int left = random.nextInt(sum);
            int chosen = 0;
            while (seen[chosen] == 0 || left >= weights[chosen]) {
                left -= seen[chosen] > 0 ? weights[chosen] : 0;
                chosen++;
            }
            return Optional.of(drawn[chosen]);
        }
    }
}
