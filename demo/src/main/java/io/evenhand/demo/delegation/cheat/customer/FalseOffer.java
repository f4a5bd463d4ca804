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
import io.evenhand.demo.stage.HostileCode;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.value.Address;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import java.io.IOException;
import java.util.stream.Stream;

/// The customer offers conditions under which the provider could not be paid.
///
/// @param said what the customer did
/// @param refused by which rule the provider refuses
/// @param change makes the false order of the honest one; `argument` is the address of a contract
///   that the customer wrote itself
public record FalseOffer(CheatDescription description, String said, Rule refused, Change change)
        implements Cheat {
    private static final long ETHEREUM = 1;
    private static final long SHORT_SECONDS = 10;

    /// The false order.
    @FunctionalInterface
    public interface Change {
        Order of(Order order, String argument);
    }

    private static FalseOffer of(
            String title,
            String about,
            String stoppedBy,
            String said,
            Rule refused,
            Change change) {
        CheatDescription description =
                new CheatDescription(title, Cheater.CUSTOMER, about, stoppedBy, Outcome.ABORTED);
        return new FalseOffer(description, said, refused, change);
    }

    public static FalseOffer wrongContract() {
        return of(
                "wrong-contract",
                "the customer offers to deposit in a contract that it wrote itself",
                "the provider takes only the contract that it chose itself, by chain, address and code"
                        + " hash (D17), and refuses before it works",
                "offers a contract from which it can take the money back",
                Rule.RAIL,
                (o, argument) -> rail(o, o.rail().chainId(), Address.parse(argument)));
    }

    public static FalseOffer wrongChain() {
        return of(
                "wrong-chain",
                "the customer offers the right contract on another chain",
                "the provider takes only the chain that it chose itself (D17), and refuses before it"
                        + " works",
                "offers a deposit on chain " + ETHEREUM,
                Rule.RAIL,
                (o, _) -> rail(o, ETHEREUM, o.rail().contract()));
    }

    public static FalseOffer shortWindow() {
        return of(
                "short-window",
                "the customer offers a claim window in which a claim may come too late",
                "the provider refuses a window that is shorter than its margins need (D9)",
                "offers " + SHORT_SECONDS + " s to claim the wage",
                Rule.WINDOW,
                (o, _) -> {
                    Deadlines d = o.deadlines();
                    return order(
                            o,
                            o.rail(),
                            new Deadlines(
                                    d.tWork(),
                                    d.tFund(),
                                    d.tFund() + SHORT_SECONDS,
                                    d.retentionSeconds()));
                });
    }

    private static Order rail(Order o, long chainId, Address contract) {
        return order(o, new Rail(chainId, contract, o.rail().codeHash()), o.deadlines());
    }

    private static Order order(Order o, Rail rail, Deadlines deadlines) {
        return new Order(
                o.customer(),
                o.provider(),
                o.stamper(),
                o.service(),
                o.policyHash(),
                o.hiddenCommit(),
                o.inputHash(),
                o.inputBytes(),
                o.pskId(),
                o.wage(),
                rail,
                o.payer(),
                deadlines,
                o.attempts(),
                o.maxWorkBytes(),
                o.customerNonce());
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.aborted(event, "provider", refused);
    }

    @Override
    public String prepare(DelegationNet net) throws IOException {
        return HostileCode.LOOK_ALIKE.deploy(net.chain()).toString();
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return (state, input) ->
                Effects.each(
                        honest.step(state, input), effect -> Stream.of(falsify(effect, tools)));
    }

    private Effect falsify(Effect effect, CheatTools tools) {
        if (effect
                instanceof
                Send(
                        var to,
                        Message.Offer(
                                Order order,
                                var key,
                                var policy,
                                var policySalt,
                                var inputSalt))) {
            tools.said().cheated(said);
            return new Send(
                    to,
                    new Message.Offer(
                            change.of(order, tools.argument()),
                            key,
                            policy,
                            policySalt,
                            inputSalt));
        }
        return effect;
    }
}
