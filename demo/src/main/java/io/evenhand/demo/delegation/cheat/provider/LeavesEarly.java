package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.function.BiPredicate;

/// The provider goes away without a word before there is anything to pay for.
///
/// @param when the moment
public record LeavesEarly(
        CheatDescription description, BiPredicate<ProviderState, Input> when, String said)
        implements Cheat {
    private static final String STOPPED =
            "the customer pays for nothing that is not here (T7): at tWork it walks away, and nothing was"
                    + " ever on the chain";

    public static LeavesEarly beforeWork() {
        return new LeavesEarly(
                new CheatDescription(
                        "provider-vanishes-before-work",
                        Cheater.PROVIDER,
                        "the provider accepts, takes the input, and is gone",
                        STOPPED,
                        Outcome.ABORTED),
                (state, input) ->
                        state instanceof ProviderState.AwaitingInput
                                && input instanceof Input.Done(JobResult.InputHeld _, var _),
                "has the input and is gone");
    }

    public static LeavesEarly beforeDelivery() {
        return new LeavesEarly(
                new CheatDescription(
                        "provider-vanishes-before-delivery",
                        Cheater.PROVIDER,
                        "the provider gets its stamp and never delivers",
                        STOPPED,
                        Outcome.ABORTED),
                (state, input) ->
                        state instanceof ProviderState.Sealing
                                && input instanceof Input.Done(JobResult.Sealed _, var _),
                "has its stamp and is gone");
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.aborted(event, "customer", Rule.NO_WORK);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.transcript().awaitCheated();
        net.parties().awaitState(DelegationRoles.CUSTOMER, "AwaitingWork");
        net.passBeyond("tWork");
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            if (when.test(state, input)) {
                tools.said().cheated(said);
                return Step.moved(
                        new ProviderState.Aborted(Rule.GIVEN_UP.because("the provider is gone")));
            }
            return honest.step(state, input);
        };
    }
}
