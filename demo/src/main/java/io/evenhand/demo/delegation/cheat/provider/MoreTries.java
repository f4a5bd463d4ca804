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
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Run;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.provider.ProviderState;

/// D6: the customer grants one attempt; the provider fails it and goes on guessing.
public final class MoreTries implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "too-many-attempts",
                Cheater.PROVIDER,
                "the provider uses the stamper as an oracle for the hidden labels: it goes on trying after"
                        + " its last attempt",
                "the stamper counts attempts in its own journal before it judges (D6, 16b), and takes no"
                        + " work beyond the last one",
                Outcome.ABORTED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.turnedAway(event, "stamper", Refused.Kind.CONFLICT);
    }

    @Override
    public String prepare(DelegationNet net) {
        net.parties().option(DelegationRoles.CUSTOMER, "--attempts", "1");
        return "";
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            if (state instanceof ProviderState.Working s
                    && input instanceof Input.Done(JobResult.Worked(int attempt, var _), var _)) {
                // Zeros fail; good work would pass at once.
                var file = PoorWork.overwrite(tools, "work-" + attempt, PoorWork::zeros);
                var root = PoorWork.root(file);
                var a = s.engaged().agreement();
                return Step.moved(
                        new ProviderState.Trying(s.engaged(), attempt, root),
                        new Send(
                                a.terms().order().stamper().key(),
                                new Message.Try(a.xid(), attempt, root, a.fresh().seed())));
            }
            if (state instanceof ProviderState.Trying s
                    && input
                            instanceof
                            Input.Received(var _, Message.Verdict(var _, int n, var stamped), var _)
                    && n == s.attempt()
                    && stamped.isEmpty()) {
                tools.said().cheated("tries a " + (n + 1) + ". time after its " + n + ". and last");
                Order order = s.engaged().agreement().terms().order();
                return Step.moved(
                        new ProviderState.Working(s.engaged(), n + 1),
                        new Run(
                                new Job.DoWork(
                                        s.engaged().agreement().xid(),
                                        n + 1,
                                        order.service(),
                                        order.maxWorkBytes())));
            }
            return honest.step(state, input);
        };
    }
}
