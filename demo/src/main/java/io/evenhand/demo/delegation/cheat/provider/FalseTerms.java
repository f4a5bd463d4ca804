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
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The provider accepts with other Terms than it should, well signed.
///
/// @param rule with which the customer turns them away
/// @param lie makes the false Terms of the honest ones
public record FalseTerms(
        CheatDescription description, Rule rule, UnaryOperator<Terms> lie, String said)
        implements Cheat {
    private static FalseTerms of(
            String title,
            String about,
            String stoppedBy,
            Rule rule,
            UnaryOperator<Terms> lie,
            String said) {
        CheatDescription description =
                new CheatDescription(title, Cheater.PROVIDER, about, stoppedBy, Outcome.ABORTED);
        return new FalseTerms(description, rule, lie, said);
    }

    /// D22: the provider accepts another order than the one it was offered.
    public static FalseTerms changedOrder() {
        return of(
                "changed-order",
                "the provider doubles the wage in the Terms it sends back",
                "the customer accepts only Terms with its own order in them, field by field (D22)",
                Rule.ORDER,
                terms -> {
                    Wei twice = new Wei(terms.order().wage().value().shiftLeft(1));
                    return Altered.of(terms, "order", Altered.of(terms.order(), "wage", twice));
                },
                "signs Terms with twice the wage");
    }

    /// D13: the provider offers a public key that is somebody else's.
    public static FalseTerms copiedKey() {
        return of(
                "copied-key",
                "the provider puts a public key into the Terms that it copied from somebody else, so that"
                        + " whoever reveals that key opens this work too",
                "the work key comes with a proof of possession over the xid (D13): the customer refuses"
                        + " Terms without it",
                Rule.POSSESSION,
                // The stamp key is a public key that is certainly somebody else's.
                terms -> Altered.of(terms, "workKey", terms.stampKey()),
                "offers a public key of which it does not know the secret");
    }

    /// D8: a deposit that can only fail.
    public static FalseTerms payTheContract() {
        return of(
                "contract-as-payee",
                "the provider has the wage paid to the escrow contract itself, so that the customer's"
                        + " deposit fails and costs it the fee",
                "the customer knows what the contract refuses and takes no such Terms (D8)",
                Rule.PAYEE,
                terms -> Altered.of(terms, "payee", terms.order().rail().contract()),
                "names the escrow contract as payee");
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "customer", rule);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.awaitStoppedAndPassBeyond("tWork");
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            var step = honest.step(state, input);
            return Effects.each(
                    step,
                    effect ->
                            effect instanceof Send(var to, Message.Accept accept)
                                            && step.state() instanceof ProviderState.Accepted s
                                    ? Stream.of(new Send(to, signed(accept, s, tools)))
                                    : Stream.of(effect));
        };
    }

    private Message signed(Message.Accept accept, ProviderState.Accepted state, CheatTools tools) {
        Terms terms = lie.apply(accept.terms());
        var possession = new Statements.Possession(tools.crypto().xid(terms));
        tools.said().cheated(said);
        return new Message.Accept(
                terms,
                tools.crypto().sign(state.agreement().fresh().workKey(), possession),
                tools.crypto().sign(terms));
    }
}
