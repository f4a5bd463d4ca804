package io.evenhand.demo.delegation.cheat.customer;

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
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.machine.Machine;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Publish;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Statements;
import java.util.stream.Stream;

/// R1, D14: a well signed notice of a deal that nobody opens, with a claimBy in a thousand years.
public final class PhantomDeposit implements Cheat {
    private static final long FOR_EVER = 1_000L * 366 * 86_400;

    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "phantom-deposit",
                Cheater.CUSTOMER,
                "the customer deposits nothing and says it did, with a claimBy in a thousand years, to bind"
                        + " one of the provider's places for ever",
                "the provider reads the deal's slot at the final block (R1, 16e) and shows no key; when no"
                        + " deposit made by tFund can come any more it ends the exchange (D14)",
                Outcome.ABORTED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.aborted(event, "provider", Rule.NO_DEPOSIT);
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            var step = honest.step(state, input);
            return Effects.each(
                    step,
                    effect -> {
                        if (effect instanceof Publish) {
                            return Stream.empty();
                        }
                        return effect instanceof Send(var to, Message.Funded funded)
                                        && step.state() instanceof CustomerState.Funding s
                                ? Stream.of(new Send(to, phantom(funded, s, tools)))
                                : Stream.of(effect);
                    });
        };
    }

    private static Message phantom(
            Message.Funded funded, CustomerState.Funding state, CheatTools tools) {
        Deal deal = Altered.of(funded.deal(), "claimBy", funded.deal().claimBy() + FOR_EVER);
        var rail = state.agreed().terms().order().rail();
        tools.said().cheated("deposits nothing and says it did, until the year 3000");
        return new Message.Funded(
                funded.xid(),
                deal,
                tools.crypto()
                        .sign(
                                new Statements.Deposited(
                                        funded.xid(), tools.crypto().dealId(rail, deal), deal)));
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        JsonNode _ =
                net.parties()
                        .await(
                                DelegationRoles.PROVIDER,
                                event -> event.path("to").asText().equals("Confirming"),
                                "look for the deposit");
        net.passBeyond("tFund and claimBy");
    }
}
