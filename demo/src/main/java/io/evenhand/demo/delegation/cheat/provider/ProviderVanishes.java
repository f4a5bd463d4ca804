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
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.provider.ProviderState;

/// R5: the provider disappears once the deposit is there.
public final class ProviderVanishes implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "provider-vanishes",
                Cheater.PROVIDER,
                "the provider never shows its key",
                "from claimBy on the customer takes its wage back (R5)",
                Outcome.REFUNDED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ended(event, "customer", "Refunded");
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            if (state instanceof ProviderState.Confirming && input instanceof Input.Observed) {
                tools.said().cheated("saw the deposit, and is gone");
                return Step.moved(
                        new ProviderState.Aborted(
                                Rule.GIVEN_UP.because("the provider has its deposit and is gone")));
            }
            return honest.step(state, input);
        };
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.awaitDeposit();
        net.transcript().awaitCheated();
        net.passBeyond("claimBy");
    }
}
