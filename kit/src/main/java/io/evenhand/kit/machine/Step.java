package io.evenhand.kit.machine;

import java.util.ArrayList;
import java.util.List;

/// What one input does to a state.
public sealed interface Step<S, E> {
    S state();

    /// The new state and what has to be done. Both are stored in one transaction before any effect
    /// runs.
    record Moved<S, E>(S state, List<E> effects) implements Step<S, E> {}

    /// The input does not fit the state, which stays as it was; the reason is reported and never
    /// thrown.
    record Ignored<S, E>(S state, Refusal why) implements Step<S, E> {}

    static <S, E> Step<S, E> moved(S state, List<E> effects) {
        return new Moved<>(state, List.copyOf(effects));
    }

    static <S, E> Step<S, E> moved(S state) {
        return new Moved<>(state, List.of());
    }

    static <S, E> Step<S, E> moved(S state, E effect) {
        return new Moved<>(state, List.of(effect));
    }

    static <S, E> Step<S, E> moved(S state, E first, E second) {
        return new Moved<>(state, List.of(first, second));
    }

    /// What this step and one from its state do together.
    default Step<S, E> then(Step<S, E> next) {
        if (!(this instanceof Moved<S, E>(var _, List<E> first))) {
            return next;
        }
        if (!(next instanceof Moved<S, E>(S end, List<E> second))) {
            return this;
        }
        List<E> both = new ArrayList<>(first);
        both.addAll(second);
        return moved(end, both);
    }

    static <S, E> Step<S, E> ignored(S state, Refusal why) {
        return new Ignored<>(state, why);
    }
}
