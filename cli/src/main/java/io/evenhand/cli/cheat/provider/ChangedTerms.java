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

/// The provider accepts with other Terms than an honest one makes, and signs them well.
///
/// @param sign the rule that the customer names
public record ChangedTerms(Story story, String sign, String does, Change change) implements Cheat {
    /// What it writes into the Terms.
    @FunctionalInterface
    public interface Change {
        Terms of(Terms honest);
    }

    /// D22: another order than the one it was offered.
    public static ChangedTerms dearer() {
        return new ChangedTerms(
                new Story(
                        "changed-order",
                        Cheater.PROVIDER,
                        "the provider doubles the wage in the Terms it sends back",
                        "the customer accepts only Terms with its own order in them, field by field"
                                + " (D22)",
                        Outcome.ABORTED),
                "D22",
                "signs Terms with twice the wage",
                terms -> {
                    Wei twice = new Wei(terms.order().wage().value().shiftLeft(1));
                    return Altered.of(terms, "order", Altered.of(terms.order(), "wage", twice));
                });
    }

    /// D8: a deposit that can only fail.
    public static ChangedTerms payTheContract() {
        return new ChangedTerms(
                new Story(
                        "contract-as-payee",
                        Cheater.PROVIDER,
                        "the provider has the wage paid to the escrow contract itself, so that the"
                                + " customer's deposit fails and costs it the fee",
                        "the customer knows what the contract refuses and takes no such Terms (D8)",
                        Outcome.ABORTED),
                "D8",
                "names the escrow contract as payee",
                terms -> Altered.of(terms, "payee", terms.order().rail().contract()));
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "customer", sign);
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
                                    ? Stream.of(new Send(to, changed(accept, s, wings)))
                                    : Stream.of(effect));
        };
    }

    private Message changed(Message.Accept accept, ProviderState.Accepted state, Wings wings) {
        Terms terms = change.of(accept.terms());
        var possession = new Statements.Possession(wings.crypto().xid(terms));
        wings.said().cheated(does);
        return new Message.Accept(
                terms,
                wings.crypto().sign(state.agreement().fresh().workKey(), possession),
                wings.crypto().sign(terms));
    }
}
