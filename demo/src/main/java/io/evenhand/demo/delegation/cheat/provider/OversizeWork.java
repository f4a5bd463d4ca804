package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Altered;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.machine.Machine;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Run;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.stream.Stream;

/// The work is larger than the customer agreed to take.
public final class OversizeWork implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "work-beyond-the-limit",
                Cheater.PROVIDER,
                "the provider hands in more bytes than maxWorkBytes, to fill disks that are not its own",
                "the stamper takes in no more bytes than the Terms allow (maxWorkBytes, 16d), so there is no"
                        + " stamp for more",
                Outcome.ABORTED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.turnedAway(event, "stamper", Refused.Kind.TOO_LARGE);
    }

    @Override
    public String prepare(DelegationNet net) {
        // The work has some 3.5 KiB.
        net.parties().option(DelegationRoles.CUSTOMER, "--max-work", "1KiB");
        return "";
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) ->
                Effects.each(
                        honest.step(state, input),
                        effect -> {
                            if (effect instanceof Run(Job.DoWork job)) {
                                tools.said().cheated("ignores that at most 1 KiB is wanted");
                                return Stream.of(
                                        new Run(Altered.of(job, "maxWorkBytes", 1L << 20)));
                            }
                            return Stream.of(effect);
                        });
    }
}
