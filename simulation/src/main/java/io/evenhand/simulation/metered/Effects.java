package io.evenhand.simulation.metered;

import io.evenhand.kit.machine.Step;
import java.util.List;

/// What a step did.
final class Effects {
    private Effects() {}

    static <S> List<Out> of(Step<S, Out> step) {
        return switch (step) {
            case Step.Moved<S, Out>(S _, List<Out> outs) -> outs;
            case Step.Ignored<S, Out> _ -> List.of();
        };
    }
}
