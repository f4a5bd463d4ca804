package io.evenhand.simulation.search;

import java.util.List;

/// What a search walks through: states of `width` numbers and the steps between them.
public interface Game {
    /// Kinds of steps are numbers below this; 0 is what carries the game on.
    int KINDS = 4;

    int width();

    List<int[]> starts();

    /// Hands every state that one step can reach to `steps`. The array may be reused between calls.
    void expand(int[] state, Steps steps);

    /// The invariant that does not hold in `state`, or the empty text.
    String broken(int[] state);

    /// Takes the steps of one state.
    interface Steps {
        /// Whether `label` is wanted; it is only while a trace is written.
        boolean labelled();

        /// Says of what kind the steps are that follow; only who weighs them listens.
        default void kind(int kind) {}

        void to(int[] next, String label);

        /// The state itself breaks an invariant that only its steps can tell, such as one at
        /// quiescence.
        void broken(String invariant);
    }
}
