package io.evenhand.demo.delegation.cheat;

import io.evenhand.kit.machine.Step;
import io.evenhand.protocols.delegation.Effect;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Replaces effects that the honest machine asks for.
public final class Effects {
    private Effects() {}

    /// Replaces each effect by those that `change` gives.
    public static <S> Step<S, Effect> each(
            Step<S, Effect> step, Function<Effect, Stream<Effect>> change) {
        return switch (step) {
            case Step.Ignored<S, Effect> ignored -> ignored;
            case Step.Moved<S, Effect>(S state, List<Effect> effects) ->
                    Step.moved(state, effects.stream().flatMap(change).toList());
        };
    }
}
