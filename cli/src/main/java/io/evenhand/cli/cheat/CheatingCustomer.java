package io.evenhand.cli.cheat;

import io.evenhand.delegation.Effect;
import io.evenhand.delegation.Effect.Publish;
import io.evenhand.delegation.Effect.Send;
import io.evenhand.delegation.Effect.Transaction;
import io.evenhand.delegation.Effect.Watch;
import io.evenhand.delegation.Input;
import io.evenhand.delegation.JobResult;
import io.evenhand.delegation.customer.CustomerState;
import io.evenhand.delegation.message.Message;
import io.evenhand.delegation.message.Statements;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;

/// Customers that break the rules.
public final class CheatingCustomer {
    private CheatingCustomer() {}

    public static Machine<CustomerState, Input, Effect> of(
            Cheat cheat, Machine<CustomerState, Input, Effect> honest, Crypto crypto) {
        return switch (cheat) {
            case UNDERPAY -> (state, input) -> underpay(honest.step(state, input), crypto, state);
            case CUSTOMER_VANISHES -> (state, input) -> vanish(honest, state, input);
            case WRONG_KEY, PROVIDER_VANISHES, JUNK_CIPHERTEXT, MEMPOOL_COPY -> honest;
        };
    }

    private static Step<CustomerState, Effect> vanish(
            Machine<CustomerState, Input, Effect> honest, CustomerState state, Input input) {
        if (input instanceof Input.Done(JobResult.Fetched _, var _)) {
            return Step.moved(
                    new CustomerState.Aborted("the customer has the sealed work and is gone"));
        }
        return honest.step(state, input);
    }

    private static Step<CustomerState, Effect> underpay(
            Step<CustomerState, Effect> step, Crypto crypto, CustomerState before) {
        return switch (step) {
            case Step.Ignored<CustomerState, Effect> ignored -> ignored;
            case Step.Moved<CustomerState, Effect>(var state, var effects) ->
                    Step.moved(
                            state,
                            effects.stream()
                                    .map(effect -> underpay(effect, crypto, before))
                                    .toList());
        };
    }

    private static Effect underpay(Effect effect, Crypto crypto, CustomerState before) {
        return switch (effect) {
            case Publish(Transaction.Open(Rail rail, Deal deal)) ->
                    new Publish(new Transaction.Open(rail, half(deal)));
            case Publish(Transaction.Refund(Rail rail, Deal deal)) ->
                    new Publish(new Transaction.Refund(rail, half(deal)));
            case Watch(Rail rail, Deal deal) -> new Watch(rail, half(deal));
            case Send(var to, Message.Funded(var xid, Deal deal, var _))
                    when before instanceof CustomerState.Checking s -> {
                Deal paid = half(deal);
                Rail rail = s.agreed().terms().order().rail();
                Statements.Deposited statement =
                        new Statements.Deposited(xid, crypto.dealId(rail, paid), paid);
                yield new Send(to, new Message.Funded(xid, paid, crypto.sign(statement)));
            }
            case Send _, Publish _, Effect.Run _, Effect.WakeAt _, Effect.Burn _ -> effect;
        };
    }

    private static Deal half(Deal deal) {
        return new Deal(
                deal.payer(),
                deal.payee(),
                deal.token(),
                new Wei(deal.amount().value().divide(BigInteger.TWO)),
                deal.claimBy(),
                deal.salt(),
                deal.lockKind(),
                deal.lock(),
                deal.termsHash());
    }
}
