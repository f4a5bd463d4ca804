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
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Publish;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Effect.Transaction;
import io.evenhand.protocols.delegation.Effect.Watch;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.customer.Plan;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Statements;
import java.math.BigInteger;
import java.util.Optional;
import java.util.stream.Stream;

/// The customer deposits under other conditions than agreed, and says so in a well signed notice:
/// one field of the deal is false.
///
/// @param said what the customer did
/// @param change makes the false deal of the agreed one
public record FalseDeposit(CheatDescription description, String said, Change change)
        implements Cheat {
    private static final int EARLIER_SECONDS = 10;

    /// The false deal.
    @FunctionalInterface
    public interface Change {
        Deal of(Deal agreed, Plan plan, CheatTools tools);
    }

    private static FalseDeposit of(
            String title, String about, String stoppedBy, Outcome end, String said, Change change) {
        CheatDescription description =
                new CheatDescription(
                        title,
                        Cheater.CUSTOMER,
                        about,
                        "the provider reads every field of the deposit before it shows its key (D17): "
                                + stoppedBy,
                        end);
        return new FalseDeposit(description, said, change);
    }

    public static FalseDeposit underpay() {
        return of(
                "underpay",
                "the customer deposits half the wage and says it deposited all of it",
                "half a wage is refused; the customer gets its half back at claimBy (R5)",
                Outcome.REFUNDED,
                "deposited half of the wage",
                (d, _, _) -> Deals.amount(d, new Wei(d.amount().value().divide(BigInteger.TWO))));
    }

    public static FalseDeposit otherToken() {
        return of(
                "other-token",
                "the customer deposits a token that it printed itself instead of the coin",
                "only the native coin is a wage, and the contract takes nothing else either (D18)",
                Outcome.ABORTED,
                "opened the deal in a token of its own",
                (d, _, _) -> Deals.token(d, new Address(0x7070_7070, 1, 1)));
    }

    public static FalseDeposit wrongPayee() {
        return of(
                "wrong-payee",
                "the customer deposits the wage to its own account",
                "the payee must be the one in the Terms (D8); the deposit goes back at claimBy (R5)",
                Outcome.REFUNDED,
                "deposited the wage with itself as payee",
                (d, _, _) -> Deals.payee(d, d.payer()));
    }

    public static FalseDeposit ownLock() {
        return of(
                "own-lock",
                "the customer deposits against the lock of a key that it knows itself",
                "both addresses of the lock must be those of the provider's key (D12), which the"
                        + " provider computes for itself; the deposit goes back at claimBy (R5)",
                Outcome.REFUNDED,
                "deposited against a lock of its own",
                (d, plan, tools) ->
                        Deals.lock(d, tools.crypto().lock(tools.crypto().publicKey(plan.psk()))));
    }

    public static FalseDeposit shortDeadline() {
        return of(
                "short-deadline",
                "the customer deposits with a claimBy that is earlier than agreed",
                "claimBy must not be earlier than in the Terms (D9); the deposit goes back then (R5)",
                Outcome.REFUNDED,
                "deposited with " + EARLIER_SECONDS + " s less to claim",
                (d, _, _) -> Deals.claimBy(d, d.claimBy() - EARLIER_SECONDS));
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
            return agreed(step.state())
                    .map(agreed ->
                            Effects.each(step, effect -> Stream.of(falsify(effect, agreed, tools))))
                    .orElse(step);
        };
    }

    /// From the moment the customer looks for its deal.
    private static Optional<CustomerState.Agreed> agreed(CustomerState state) {
        return switch (state) {
            case CustomerState.Fetching s -> Optional.of(s.agreed());
            case CustomerState.Checking s -> Optional.of(s.agreed());
            case CustomerState.AfterDeposit s -> Optional.of(s.agreed());
            case CustomerState.BeforeDeposit _, CustomerState.Final _ -> Optional.empty();
        };
    }

    private Effect falsify(Effect effect, CustomerState.Agreed agreed, CheatTools tools) {
        Plan plan = agreed.plan();
        return switch (effect) {
            case Publish(Transaction.Open(Rail rail, Deal deal)) -> {
                tools.said().cheated(said);
                yield new Publish(new Transaction.Open(rail, change.of(deal, plan, tools)));
            }
            case Publish(Transaction.Refund(Rail rail, Deal deal)) ->
                    new Publish(new Transaction.Refund(rail, change.of(deal, plan, tools)));
            case Watch(Rail rail, Deal deal) -> new Watch(rail, change.of(deal, plan, tools));
            case Send(var to, Message.Funded(var xid, Deal deal, var _)) -> {
                Deal made = change.of(deal, plan, tools);
                Rail rail = agreed.terms().order().rail();
                Statements.Deposited statement =
                        new Statements.Deposited(xid, tools.crypto().dealId(rail, made), made);
                yield new Send(to, new Message.Funded(xid, made, tools.crypto().sign(statement)));
            }
            case Send _, Publish _, Effect.Run _, Effect.WakeAt _, Effect.Burn _ -> effect;
        };
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.transcript().awaitCheated();
        net.awaitTransaction("open");
        net.awaitStoppedAndPassBeyond("claimBy");
    }
}
