package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.stream.Stream;

/// D-I10: the provider has its stamp and asks for another one, with another seed and with other
/// bytes.
public final class SecondStamp implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "second-stamp",
                Cheater.PROVIDER,
                "the provider asks for a second stamp: the same attempt with other bytes, with"
                        + " another seed and with the same",
                "a stamper stamps once for an exchange and then erases the stamp key (D-I10): a repeat"
                        + " gets the same bytes, anything else gets nothing (16b)",
                Outcome.SETTLED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "stamper", Rule.STAMPED);
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            var step = honest.step(state, input);
            return Effects.each(
                    step,
                    effect ->
                            effect instanceof Effect.Watch
                                            && state instanceof ProviderState.Delivering s
                                    ? Stream.concat(Stream.of(effect), tries(s, tools))
                                    : Stream.of(effect));
        };
    }

    private static Stream<Effect> tries(ProviderState.Delivering s, CheatTools tools) {
        var a = s.engaged().agreement();
        PartyId stamper = a.terms().order().stamper().key();
        int first = s.stamped().stamp().attempt();
        var root = PoorWork.root(PoorWork.another(tools, "work-" + first));
        var seed = a.fresh().seed();
        tools.said().cheated("asks for two more stamps");
        return Stream.of(
                new Send(stamper, new Message.Try(a.xid(), first, root, tools.keys().create())),
                new Send(stamper, new Message.Try(a.xid(), first, root, seed)));
    }
}
