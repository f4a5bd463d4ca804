package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.value.KeyId;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Publish;
import io.evenhand.protocols.delegation.Effect.Transaction;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.stream.Stream;

/// D12: claims with a scalar that is not the secret of the lock.
public final class WrongKey implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "wrong-key",
                Cheater.PROVIDER,
                "the provider claims the wage with a key that does not open the seal",
                "the contract pays only for the secret behind both addresses of the lock (D12); the"
                        + " wage goes back at claimBy (R5)",
                Outcome.REFUNDED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.reverted(event, "provider", "claim");
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            var step = honest.step(state, input);
            return Effects.each(step, effect -> Stream.of(wrong(effect, step.state(), tools)));
        };
    }

    /// Any scalar but the right one will do; the seed is at hand.
    private static Effect wrong(Effect effect, ProviderState after, CheatTools tools) {
        if (effect instanceof Publish(Transaction.Claim claim)
                && after instanceof ProviderState.Revealing s) {
            KeyId other = s.engaged().agreement().fresh().seed();
            tools.said().cheated("claims with a number that is not the key");
            return new Publish(
                    new Transaction.Claim(claim.rail(), claim.deal(), other, claim.notAfter()));
        }
        return effect;
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.awaitDeposit();
        net.awaitStoppedAndPassBeyond("claimBy");
    }
}
