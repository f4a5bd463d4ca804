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
import io.evenhand.node.store.Role;
import java.util.stream.Stream;

/// D13: the provider offers a public key that is somebody else's.
public final class CopiedKey implements Cheat {
    @Override
    public Story story() {
        return new Story(
                "copied-key",
                Cheater.PROVIDER,
                "the provider puts a public key into the Terms that it copied from somebody else, so that"
                        + " whoever reveals that key opens this work too",
                "the work key comes with a proof of possession over the xid (D13): the customer refuses"
                        + " Terms without it",
                Outcome.ABORTED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "customer", "D13");
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
                                    ? Stream.of(new Send(to, copied(accept, s, wings)))
                                    : Stream.of(effect));
        };
    }

    private static Message copied(
            Message.Accept accept, ProviderState.Accepted state, Wings wings) {
        // The stamp key is a public key that is certainly somebody else's.
        Terms terms = Altered.of(accept.terms(), "workKey", accept.terms().stampKey());
        var possession = new Statements.Possession(wings.crypto().xid(terms));
        wings.said().cheated("offers a public key of which it does not know the secret");
        return new Message.Accept(
                terms,
                wings.crypto().sign(state.agreement().fresh().workKey(), possession),
                wings.crypto().sign(terms));
    }
}
