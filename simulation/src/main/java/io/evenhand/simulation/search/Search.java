package io.evenhand.simulation.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// A breadth-first search that can be stopped and taken up again. What it finds first it finds on a
/// shortest way.
public final class Search {
    /// States between two looks at the clock.
    private static final int SLICE = 256;

    private final Game game;
    private final States states;
    private final int maxStates;
    private final int[] current;
    private int next;
    private int levelEnd;
    private int depth;
    private String invariant = "";
    private int brokenState;
    private Optional<Finding> finding = Optional.empty();

    /// @param maxStates where the search stops to spare memory
    public Search(Game game, int maxStates) {
        this.game = game;
        this.maxStates = maxStates;
        states = new States(game.width());
        current = new int[game.width()];
        for (int[] start : game.starts()) {
            boolean _ = states.add(start, -1);
            check(start, states.size() - 1);
        }
        levelEnd = states.size();
        conclude();
    }

    /// Goes on until the deadline, the first broken invariant or the end, and a little in any case.
    ///
    /// @param untilNanos by System.nanoTime
    public void run(long untilNanos) {
        Walk walk = new Walk();
        do {
            for (int i = 0; i < SLICE && !over(); i++) {
                if (next == levelEnd) {
                    depth++;
                    levelEnd = states.size();
                }
                states.read(next, current);
                walk.parent = next++;
                game.expand(current, walk);
                conclude();
            }
        } while (!over() && System.nanoTime() - untilNanos < 0);
    }

    /// Goes on until the first broken invariant or the end.
    public void run() {
        while (!over()) {
            run(System.nanoTime());
        }
    }

    private boolean over() {
        return finding.isPresent() || next == states.size() || states.size() >= maxStates;
    }

    public int states() {
        return states.size();
    }

    /// Steps from the start that are wholly explored.
    public int depth() {
        return depth;
    }

    /// Every reachable state was seen.
    public boolean complete() {
        return finding.isEmpty() && next == states.size();
    }

    /// Nothing is left to do, be it for the limit of states.
    public boolean stopped() {
        return over();
    }

    public Optional<Finding> finding() {
        return finding;
    }

    private void check(int[] state, int id) {
        String broken = game.broken(state);
        if (!broken.isEmpty()) {
            breaks(broken, id);
        }
    }

    private void breaks(String broken, int id) {
        if (invariant.isEmpty()) {
            invariant = broken;
            brokenState = id;
        }
    }

    /// Writes the trace once the game has taken all steps of a state.
    private void conclude() {
        if (!invariant.isEmpty() && finding.isEmpty()) {
            finding = Optional.of(new Finding(invariant, trace(brokenState)));
        }
    }

    private List<String> trace(int id) {
        List<String> lines = new ArrayList<>();
        int[] child = new int[game.width()];
        int[] parent = new int[game.width()];
        for (int at = id; states.parent(at) >= 0; at = states.parent(at)) {
            states.read(at, child);
            states.read(states.parent(at), parent);
            lines.add(label(game, parent, child));
        }
        Collections.reverse(lines);
        return lines;
    }

    /// What the step from one state to the next is called.
    static String label(Game game, int[] parent, int[] child) {
        List<String> found = new ArrayList<>();
        game.expand(
                parent,
                new Game.Steps() {
                    @Override
                    public boolean labelled() {
                        return true;
                    }

                    @Override
                    public void to(int[] next, String label) {
                        if (Arrays.equals(next, child)) {
                            found.add(label);
                        }
                    }

                    @Override
                    public void broken(String invariant) {}
                });
        return found.getFirst();
    }

    private final class Walk implements Game.Steps {
        private int parent;

        @Override
        public boolean labelled() {
            return false;
        }

        @Override
        public void to(int[] state, String label) {
            if (invariant.isEmpty() && states.add(state, parent)) {
                check(state, states.size() - 1);
            }
        }

        @Override
        public void broken(String broken) {
            breaks(broken, parent);
        }
    }
}
