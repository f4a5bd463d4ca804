package io.evenhand.cli.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.cheat.Cheat;
import io.evenhand.cli.cheat.Cheater;
import io.evenhand.cli.cheat.Effects;
import io.evenhand.cli.cheat.Outcome;
import io.evenhand.cli.cheat.Signs;
import io.evenhand.cli.cheat.Story;
import io.evenhand.cli.cheat.Wings;
import io.evenhand.cli.theatre.Theatre;
import io.evenhand.delegation.Effect;
import io.evenhand.delegation.Effect.Publish;
import io.evenhand.delegation.Effect.Send;
import io.evenhand.delegation.Effect.Transaction;
import io.evenhand.delegation.Effect.Watch;
import io.evenhand.delegation.Input;
import io.evenhand.delegation.customer.CustomerState;
import io.evenhand.delegation.message.Message;
import io.evenhand.delegation.message.Statements;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The customer deposits under other conditions than agreed, and says so in a well signed notice:
/// one field of the deal is false.
///
/// @param change makes the false deal of the agreed one
/// @param said what the customer did
public record FalseDeposit(Story story, UnaryOperator<Deal> change, String said) implements Cheat {
    private static final String REFUNDED =
            "; the provider keeps its key, and the deposit goes back at claimBy (R5)";

    private static FalseDeposit of(
            String title, String about, String check, String said, UnaryOperator<Deal> change) {
        Story story =
                new Story(
                        title,
                        Cheater.CUSTOMER,
                        about,
                        "the provider reads every field of the deposit before it shows its key (D17): "
                                + check
                                + REFUNDED,
                        Outcome.REFUNDED);
        return new FalseDeposit(story, change, said);
    }

    public static FalseDeposit underpay() {
        return of(
                "underpay",
                "the customer deposits half the wage and says it deposited all of it",
                "the amount is less than the wage",
                "deposited half of the wage",
                d -> amount(d, new Wei(d.amount().value().divide(BigInteger.TWO))));
    }

    private static Deal amount(Deal d, Wei amount) {
        return new Deal(
                d.payer(),
                d.payee(),
                d.token(),
                amount,
                d.claimBy(),
                d.salt(),
                d.lockKind(),
                d.lock(),
                d.termsHash());
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "provider", "D17");
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, Wings wings) {
        return (state, input) ->
                Effects.each(
                        honest.step(state, input),
                        effect -> Stream.of(falsify(effect, state, wings)));
    }

    private Effect falsify(Effect effect, CustomerState before, Wings wings) {
        return switch (effect) {
            case Publish(Transaction.Open(Rail rail, Deal deal)) -> {
                wings.said().cheated(said);
                yield new Publish(new Transaction.Open(rail, change.apply(deal)));
            }
            case Publish(Transaction.Refund(Rail rail, Deal deal)) ->
                    new Publish(new Transaction.Refund(rail, change.apply(deal)));
            case Watch(Rail rail, Deal deal) -> new Watch(rail, change.apply(deal));
            case Send(var to, Message.Funded(var xid, Deal deal, var _))
                    when before instanceof CustomerState.Checking s -> {
                Deal made = change.apply(deal);
                Rail rail = s.agreed().terms().order().rail();
                Statements.Deposited statement =
                        new Statements.Deposited(xid, wings.crypto().dealId(rail, made), made);
                yield new Send(to, new Message.Funded(xid, made, wings.crypto().sign(statement)));
            }
            case Send _, Publish _, Effect.Run _, Effect.WakeAt _, Effect.Burn _ -> effect;
        };
    }

    @Override
    public void play(Theatre theatre) throws InterruptedException {
        theatre.awaitDeposit();
        theatre.awaitStoppedAndPassToClaimBy();
    }
}
