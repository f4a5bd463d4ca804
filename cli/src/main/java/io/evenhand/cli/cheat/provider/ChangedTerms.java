package io.evenhand.cli.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.cheat.Altered;
import io.evenhand.cli.cheat.Cheat;
import io.evenhand.cli.cheat.Cheater;
import io.evenhand.cli.cheat.Effects;
import io.evenhand.cli.cheat.Outcome;
import io.evenhand.cli.cheat.Signs;
import io.evenhand.cli.cheat.Story;
import io.evenhand.cli.cheat.Wings;
import io.evenhand.cli.theatre.Theatre;
import io.evenhand.delegation.Effect;
import io.evenhand.delegation.Effect.Send;
import io.evenhand.delegation.Input;
import io.evenhand.delegation.message.Message;
import io.evenhand.delegation.message.Statements;
import io.evenhand.delegation.message.Terms;
import io.evenhand.delegation.provider.ProviderState;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.store.Role;
import java.util.stream.Stream;

/// D22: the provider accepts another order than the one it was offered.
public final class ChangedTerms implements Cheat {
    @Override
    public Story story() {
        return new Story(
                "changed-order",
                Cheater.PROVIDER,
                "the provider doubles the wage in the Terms it sends back",
                "the customer accepts only Terms with its own order in them, field by field (D22)",
                Outcome.ABORTED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "customer", "D22");
    }

    @Override
    public String prepare(Theatre theatre) {
        theatre.option(Role.CUSTOMER, "--deadline", "30s");
        return "";
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, Wings wings) {
        return (state, input) -> {
            var step = honest.step(state, input);
            return Effects.each(
                    step,
                    effect ->
                            effect instanceof Send(var to, Message.Accept accept)
                                            && step.state() instanceof ProviderState.Accepted s
                                    ? Stream.of(new Send(to, dearer(accept, s, wings)))
                                    : Stream.of(effect));
        };
    }

    private static Message dearer(
            Message.Accept accept, ProviderState.Accepted state, Wings wings) {
        var order = accept.terms().order();
        Wei twice = new Wei(order.wage().value().shiftLeft(1));
        Terms terms = Altered.of(accept.terms(), "order", Altered.of(order, "wage", twice));
        var possession = new Statements.Possession(wings.crypto().xid(terms));
        wings.said().cheated("signs Terms with twice the wage");
        return new Message.Accept(
                terms,
                wings.crypto().sign(state.agreement().fresh().workKey(), possession),
                wings.crypto().sign(terms));
    }
}
