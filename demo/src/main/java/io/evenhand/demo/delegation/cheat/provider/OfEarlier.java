package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Altered;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.delegation.stage.PriorExchange;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.value.KeyId;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Burn;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.provider.ProviderState.Fresh;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

/// The provider uses a secret of an earlier exchange once more.
///
/// @param secret which one
/// @param field its name in what a provider draws for an exchange
/// @param earlier the fresh secrets of the first exchange, once it was offered
public record OfEarlier(
        CheatDescription description,
        Function<Fresh, KeyId> secret,
        String field,
        String said,
        List<Fresh> earlier)
        implements Cheat {
    /// S7.
    public static OfEarlier seed() {
        return new OfEarlier(
                new CheatDescription(
                        "repeated-seed",
                        Cheater.PROVIDER,
                        "the provider seals with the seed of an earlier exchange",
                        "every key of a seal is derived from the seed and the label, and the xid is in the"
                                + " label: no nonce repeats, and only the provider's own work was at"
                                + " stake (S7)",
                        Outcome.SETTLED),
                Fresh::seed,
                "seed",
                "seals with a seed that it used before",
                new CopyOnWriteArrayList<>());
    }

    @Override
    public void beforehand(DelegationNet net) throws IOException, InterruptedException {
        PriorExchange.play(net);
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            ProviderState from = state;
            if (state instanceof ProviderState.Idle(Fresh fresh)
                    && input instanceof Input.Received(var _, Message.Offer _, var _)) {
                earlier.add(fresh);
                if (earlier.size() > 1) {
                    tools.said().cheated(said);
                    KeyId used = secret.apply(earlier.getFirst());
                    from = new ProviderState.Idle(Altered.of(fresh, field, used));
                }
            }
            // An honest provider would erase the key once its wage is final.
            return Effects.each(
                    honest.step(from, input),
                    effect -> effect instanceof Burn ? Stream.empty() : Stream.of(effect));
        };
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.transcript().awaitCheated();
        JsonNode end = net.parties().await(DelegationRoles.CUSTOMER, "Ended");
        if (end.path("outcome").asText().equals("Settled")) {
            net.stopped("the customer has its work and the provider its wage, once each");
        }
    }
}
