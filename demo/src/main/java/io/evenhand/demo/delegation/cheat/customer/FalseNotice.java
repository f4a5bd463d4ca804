package io.evenhand.demo.delegation.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Machine;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Statements;
import java.util.stream.Stream;

/// D17: a right deposit, and a notice whose signature is about another chain.
public final class FalseNotice implements Cheat {
    private static final long ETHEREUM = 1;

    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "notice-for-another-chain",
                Cheater.CUSTOMER,
                "the customer signs the notice of its deposit for another chain than agreed",
                "the provider computes the deal's id from the agreed chain and contract (D17), and the"
                        + " signature is over another; the deposit goes back at claimBy (R5)",
                Outcome.REFUNDED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.badDeposit(event);
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            var step = honest.step(state, input);
            return step.state() instanceof CustomerState.AfterDeposit after
                    ? Effects.each(step, effect -> Stream.of(falsify(effect, after, tools)))
                    : step;
        };
    }

    private static Effect falsify(
            Effect effect, CustomerState.AfterDeposit state, CheatTools tools) {
        if (!(effect instanceof Send(var to, Message.Funded(var xid, var deal, var _)))) {
            return effect;
        }
        Rail rail = state.agreed().terms().order().rail();
        Rail elsewhere = new Rail(ETHEREUM, rail.contract(), rail.codeHash());
        Statements.Deposited statement =
                new Statements.Deposited(xid, tools.crypto().dealId(elsewhere, deal), deal);
        tools.said().cheated("signs the notice of its deposit for chain " + ETHEREUM);
        return new Send(to, new Message.Funded(xid, deal, tools.crypto().sign(statement)));
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.awaitDeposit();
        net.awaitStoppedAndPassBeyond("claimBy");
    }
}
