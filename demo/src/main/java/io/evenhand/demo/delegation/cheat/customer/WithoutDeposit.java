package io.evenhand.demo.delegation.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.cheat.Story;
import io.evenhand.demo.delegation.cheat.Wings;
import io.evenhand.demo.stage.HostileCode;
import io.evenhand.demo.stage.Theatre;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Publish;
import io.evenhand.protocols.delegation.Effect.Transaction;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.io.IOException;
import java.util.stream.Stream;

/// The customer's software announces the deposit and does not make it; what it does instead is done
/// by a client of its own.
///
/// @param stopped name of the provider's state that shows that it noticed
/// @param instead once the provider looks for the deposit
public record WithoutDeposit(Story story, String stopped, Instead instead) implements Cheat {
    /// What the customer does.
    @FunctionalInterface
    public interface Instead {
        void play(Theatre theatre) throws IOException, InterruptedException;
    }

    public static WithoutDeposit never() {
        Story story =
                new Story(
                        "no-deposit",
                        Cheater.CUSTOMER,
                        "the customer says that it deposited the wage, and did not",
                        "the provider believes the contract's storage in a final block and no message"
                                + " (R1, D17); its key stays secret",
                        Outcome.ABORTED);
        return new WithoutDeposit(
                story,
                "Aborted",
                theatre -> theatre.cheated("the customer announced a deposit that it never made"));
    }

    public static WithoutDeposit lookAlike() {
        Story story =
                new Story(
                        "look-alike-contract",
                        Cheater.CUSTOMER,
                        "the customer deposits in a contract with the same calls and events, from which"
                                + " it takes the money out again",
                        "the provider reads the storage of the contract in the Terms, whose code hash it"
                                + " knows, and no event of any other (D17)",
                        Outcome.ABORTED);
        return new WithoutDeposit(story, "Aborted", WithoutDeposit::depositInLookAlike);
    }

    private static void depositInLookAlike(Theatre theatre)
            throws IOException, InterruptedException {
        Address trap = HostileCode.LOOK_ALIKE.deploy(theatre.chain());
        Rail rail = new Rail(theatre.rail().chainId(), trap, theatre.rail().codeHash());
        Deal deal = theatre.papers().deal();
        Receipt opened =
                theatre.chain().execute(Theatre.customerWallet(), EscrowCalls.open(rail, deal));
        if (opened.succeeded()) {
            theatre.cheated(
                    "the customer deposits the wage in the look-alike "
                            + trap
                            + ", which says Opened");
        }
        theatre.chain().mine(5);
        Receipt _ =
                theatre.chain().execute(Theatre.customerWallet(), EscrowCalls.refund(rail, deal));
        theatre.say("the customer takes the money out of the look-alike");
    }

    public static WithoutDeposit late() {
        Story story =
                new Story(
                        "fund-after-tfund",
                        Cheater.CUSTOMER,
                        "the customer deposits after tFund, when the provider's window is already"
                                + " running out",
                        "the timestamp of the deposit's block decides (decisions 10): the provider"
                                + " releases a late deposit and shows no key",
                        Outcome.REFUNDED);
        return new WithoutDeposit(story, "Releasing", WithoutDeposit::depositLate);
    }

    private static void depositLate(Theatre theatre) throws InterruptedException {
        Deal deal = theatre.papers().deal();
        long tFund = theatre.papers().terms().order().deadlines().tFund();
        theatre.say("the chain's clock goes on to one second after tFund");
        theatre.chain().nextTimestamp(tFund + 1);
        Receipt opened =
                theatre.chain()
                        .execute(Theatre.customerWallet(), EscrowCalls.open(theatre.rail(), deal));
        if (opened.succeeded()) {
            theatre.cheated("the customer deposits after tFund");
        }
        boolean _ = theatre.awaitStopped(Theatre.STEP_LIMIT);
    }

    @Override
    public boolean shows(JsonNode event) {
        return stopped.equals("Aborted")
                ? Signs.keptItsKey(event)
                : Signs.entered(event, "provider", stopped);
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, Wings wings) {
        return (state, input) ->
                Effects.each(
                        honest.step(state, input),
                        effect ->
                                effect instanceof Publish(Transaction.Open _)
                                        ? Stream.empty()
                                        : Stream.of(effect));
    }

    @Override
    public void play(Theatre theatre) throws IOException, InterruptedException {
        theatre.awaitState(Role.PROVIDER, "Confirming");
        instead.play(theatre);
        theatre.passBeyond("claimBy");
    }
}
