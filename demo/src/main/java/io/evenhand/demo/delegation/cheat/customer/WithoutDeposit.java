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
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.node.delegation.DelegationRoles;
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
public record WithoutDeposit(CheatDescription description, String stopped, Instead instead)
        implements Cheat {
    /// What the customer does.
    @FunctionalInterface
    public interface Instead {
        void play(DelegationNet net) throws IOException, InterruptedException;
    }

    public static WithoutDeposit never() {
        CheatDescription description =
                new CheatDescription(
                        "no-deposit",
                        Cheater.CUSTOMER,
                        "the customer says that it deposited the wage, and did not",
                        "the provider believes the contract's storage in a final block and no message"
                                + " (R1, D17); its key stays secret",
                        Outcome.ABORTED);
        return new WithoutDeposit(
                description,
                "Aborted",
                net -> net.cheated("the customer announced a deposit that it never made"));
    }

    public static WithoutDeposit lookAlike() {
        CheatDescription description =
                new CheatDescription(
                        "look-alike-contract",
                        Cheater.CUSTOMER,
                        "the customer deposits in a contract with the same calls and events, from which"
                                + " it takes the money out again",
                        "the provider reads the storage of the contract in the Terms, whose code hash it"
                                + " knows, and no event of any other (D17)",
                        Outcome.ABORTED);
        return new WithoutDeposit(description, "Aborted", WithoutDeposit::depositInLookAlike);
    }

    private static void depositInLookAlike(DelegationNet net)
            throws IOException, InterruptedException {
        Address trap = HostileCode.LOOK_ALIKE.deploy(net.chain());
        Rail rail = new Rail(net.rail().chainId(), trap, net.rail().codeHash());
        Deal deal = net.files().deal();
        Receipt opened =
                net.chain().execute(DelegationNet.customerWallet(), EscrowCalls.open(rail, deal));
        if (opened.succeeded()) {
            net.cheated(
                    "the customer deposits the wage in the look-alike "
                            + trap
                            + ", which says Opened");
        }
        net.chain().mine(5);
        Receipt _ =
                net.chain().execute(DelegationNet.customerWallet(), EscrowCalls.refund(rail, deal));
        net.say("the customer takes the money out of the look-alike");
    }

    public static WithoutDeposit late() {
        CheatDescription description =
                new CheatDescription(
                        "fund-after-tfund",
                        Cheater.CUSTOMER,
                        "the customer deposits after tFund, when the provider's window is already"
                                + " running out",
                        "the timestamp of the deposit's block decides (decisions 10): the provider"
                                + " releases a late deposit and shows no key",
                        Outcome.REFUNDED);
        return new WithoutDeposit(description, "Releasing", WithoutDeposit::depositLate);
    }

    private static void depositLate(DelegationNet net) throws InterruptedException {
        Deal deal = net.files().deal();
        long tFund = net.files().terms().order().deadlines().tFund();
        net.say("the chain's clock goes on to one second after tFund");
        net.chain().nextTimestamp(tFund + 1);
        Receipt opened =
                net.chain()
                        .execute(
                                DelegationNet.customerWallet(), EscrowCalls.open(net.rail(), deal));
        if (opened.succeeded()) {
            net.cheated("the customer deposits after tFund");
        }
        boolean _ = net.transcript().awaitStopped(DelegationNet.STEP_LIMIT);
    }

    @Override
    public boolean shows(JsonNode event) {
        return stopped.equals("Aborted")
                ? Signs.keptItsKey(event)
                : Signs.entered(event, "provider", stopped);
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return (state, input) ->
                Effects.each(
                        honest.step(state, input),
                        effect ->
                                effect instanceof Publish(Transaction.Open _)
                                        ? Stream.empty()
                                        : Stream.of(effect));
    }

    @Override
    public void play(DelegationNet net) throws IOException, InterruptedException {
        net.parties().awaitState(DelegationRoles.PROVIDER, "Confirming");
        instead.play(net);
        net.passBeyond("claimBy");
    }
}
