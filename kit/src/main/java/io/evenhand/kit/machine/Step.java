package io.evenhand.kit.machine;

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

    static <S, E> Step<S, E> ignored(S state, Refusal why) {
        return new Ignored<>(state, why);
    }
}
