package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.kit.machine.Machine;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Publish;
import io.evenhand.protocols.delegation.Effect.Transaction;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.provider.ProviderState;

/// The provider gives the wage back instead of showing its key.
public final class Releases implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "release-instead-of-claim",
                Cheater.PROVIDER,
                "the provider releases the deposit instead of claiming it, and keeps the work to itself",
                "a release pays the payer and nobody else, and needs no waiting for claimBy (R5): the"
                        + " customer has its wage back, the provider its work",
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
            var step = honest.step(state, input);
            if (state instanceof ProviderState.Confirming confirming
                    && step.state() instanceof ProviderState.Revealing) {
                tools.said().cheated("releases the deposit and shows no key");
                return io.evenhand.kit.machine.Step.moved(
                        new ProviderState.Releasing(confirming.engaged(), confirming.deal()),
                        new Publish(
                                new Transaction.Release(
                                        confirming.engaged().agreement().terms().order().rail(),
                                        confirming.deal())));
            }
            return step;
        };
    }
}
