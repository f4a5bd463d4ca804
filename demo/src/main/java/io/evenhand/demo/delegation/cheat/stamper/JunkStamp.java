package io.evenhand.demo.delegation.cheat.stamper;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Altered;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.provider.PoorWork;
import io.evenhand.kit.machine.Machine;
import io.evenhand.node.delegation.DelegationBinding;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Run;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.util.Set;
import java.util.stream.Stream;

/// D3: provider and stamper collude. Profile `software` rests on the stamper's operator alone.
public final class JunkStamp implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "stamper-stamps-junk",
                Set.of(Cheater.STAMPER, Cheater.PROVIDER),
                "the stamper's operator and the provider are in it together: it stamps zeros",
                "nothing, before the wage is paid: the profile \"software\" is safe provided that the"
                        + " stamper's operator is honest (D3, decisions 15); afterwards the customer's own"
                        + " run of the policy (T12) proves the stamp false, and its bundle names the"
                        + " stamper",
                Set.of(Outcome.SETTLED));
    }

    @Override
    public boolean shows(JsonNode event) {
        return event.path("role").asText().equals("customer")
                && event.path("event").asText().equals("JobEnded")
                && event.path("outcome").asText().equals(DelegationBinding.POLICY_FAILED);
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return PoorWork.zero().provider(honest, tools);
    }

    @Override
    public Machine<StamperState, Input, Effect> stamper(
            Machine<StamperState, Input, Effect> honest, CheatTools tools) {
        return (state, input) ->
                Effects.each(
                        honest.step(state, input),
                        effect -> {
                            if (effect instanceof Run(Job.Judge job)) {
                                tools.said().cheated("judges by a policy that passes anything");
                                return Stream.of(
                                        new Run(
                                                Altered.of(
                                                        job,
                                                        "policy",
                                                        "size/1 atLeast=0 atMost=1073741824")));
                            }
                            return Stream.of(effect);
                        });
    }
}
