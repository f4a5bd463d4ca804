package io.evenhand.simulation.delegation;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.util.Optional;

/// Stampers that leave a rule out.
final class StamperMutants {
    private StamperMutants() {}

    /// 16b: the attempt is counted after the policy ran, so a crash in between forgets it.
    static MachineDecorators countsAfterJudging() {
        return new MachineDecorators() {
            @Override
            public Machine<StamperState, Input, Effect> stamper(
                    Machine<StamperState, Input, Effect> real, Parties parties) {
                return (state, input) ->
                        state instanceof StamperState.Judging(var commission, var attempt)
                                        && input instanceof Input.Restarted
                                ? Step.moved(
                                        new StamperState.Provisioned(
                                                commission, attempt.number() - 1, Optional.empty()))
                                : real.step(state, input);
            }
        };
    }

    /// D6: as many tries as the provider likes.
    static MachineDecorators countsNothing() {
        return new MachineDecorators() {
            @Override
            public Machine<StamperState, Input, Effect> stamper(
                    Machine<StamperState, Input, Effect> real, Parties parties) {
                return (state, input) ->
                        state instanceof StamperState.Provisioned(var commission, var _, var _)
                                ? real.step(
                                        new StamperState.Provisioned(
                                                commission, 0, Optional.empty()),
                                        input)
                                : real.step(state, input);
            }
        };
    }

    /// 16b: judges and stamps again when it is asked again.
    static MachineDecorators stampsAgain() {
        return new MachineDecorators() {
            @Override
            public Machine<StamperState, Input, Effect> stamper(
                    Machine<StamperState, Input, Effect> real, Parties parties) {
                return (state, input) ->
                        state instanceof StamperState.StampMade(var commission, var attempt, var _)
                                ? real.step(
                                        new StamperState.Provisioned(
                                                commission, attempt.number() - 1, Optional.empty()),
                                        input)
                                : real.step(state, input);
            }
        };
    }
}
