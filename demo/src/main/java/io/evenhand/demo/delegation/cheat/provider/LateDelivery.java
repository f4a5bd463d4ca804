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
import io.evenhand.kit.machine.Step;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Effect.WakeAt;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.Timer;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/// The provider keeps its delivery back until tWork is over.
public final class LateDelivery implements Cheat {
    private static final int LATE_SECONDS = 3;

    private final AtomicReference<Effect> kept = new AtomicReference<>();

    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "late-delivery",
                Cheater.PROVIDER,
                "the provider has the stamp in time and delivers only when tWork is over, to leave the"
                        + " customer no time to check before tFund",
                "work that comes after tWork is not paid for (T7, decisions 10): the customer walks away"
                        + " at tWork",
                Outcome.ABORTED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "customer", Rule.DELIVERY_LATE)
                || Signs.aborted(event, "customer", Rule.NO_WORK);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.parties().awaitState(DelegationRoles.PROVIDER, "Delivering");
        net.passBeyond("tWork");
        net.transcript().awaitCheated();
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            if (state instanceof ProviderState.Delivering
                    && input instanceof Input.Woke(Timer timer, var _)
                    && timer == Timer.WORK) {
                tools.said().cheated("delivers after tWork, when it had the stamp long ago");
                return Step.moved(state, kept.get());
            }
            return Effects.each(
                    honest.step(state, input),
                    effect -> {
                        if (effect instanceof Send(var _, Message.Deliver _)
                                && state instanceof ProviderState.Sealing s) {
                            kept.set(effect);
                            // A moment after tWork, by any clock here.
                            long late = s.order().deadlines().tWork() + LATE_SECONDS;
                            return Stream.of(new WakeAt(Timer.WORK, late));
                        }
                        return Stream.of(effect);
                    });
        };
    }
}
