package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.HostileCode;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.provider.ProviderState.Fresh;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// D11: the payee in the Terms is a contract of the provider's.
///
/// @param code what stands at the payee's address
/// @param works whether the payment went as it must, by its balance, its credit and what the escrow
///   still holds
public record HostilePayee(CheatDescription description, HostileCode code, Works works, String seen)
        implements Cheat {
    /// The check.
    @FunctionalInterface
    public interface Works {
        boolean test(Wei balance, Wei credit, Wei escrow);
    }

    public static HostilePayee refusing() {
        return new HostilePayee(
                new CheatDescription(
                        "payee-refuses-payment",
                        Cheater.PROVIDER,
                        "the provider's payee is a contract that accepts no money, so that the claim"
                                + " might revert with the key in it",
                        "the contract pushes with little gas and makes a refusal a credit (D11): a claim"
                                + " never reverts because of its recipient",
                        Outcome.SETTLED),
                HostileCode.REFUSER,
                (balance, credit, _) ->
                        balance.equals(Wei.ZERO) && credit.equals(DelegationNet.WAGE),
                "the claim stands, and the wage waits for the payee as a credit");
    }

    public static HostilePayee reentrant() {
        return new HostilePayee(
                new CheatDescription(
                        "payee-calls-back",
                        Cheater.PROVIDER,
                        "the provider's payee is a contract that calls the escrow back while it is paid,"
                                + " to be paid twice",
                        "the deal is cleared before anything is paid, and a credit is set to zero before"
                                + " it is sent (D11, D-I3)",
                        Outcome.SETTLED),
                HostileCode.REENTERER,
                (balance, credit, escrow) ->
                        balance.equals(DelegationNet.WAGE)
                                && credit.equals(Wei.ZERO)
                                && escrow.equals(Wei.ZERO),
                "the payee has one wage, and the escrow owes nothing");
    }

    @Override
    public String prepare(DelegationNet net) throws IOException {
        return code.deploy(net.chain()).toString();
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            if (state instanceof ProviderState.Idle(Fresh f) && input instanceof Input.Received) {
                tools.said().cheated("names a contract of its own as payee");
                Fresh hostile =
                        new Fresh(
                                f.workKey(), f.seed(), f.nonce(), Address.parse(tools.argument()));
                return honest.step(new ProviderState.Idle(hostile), input);
            }
            return honest.step(state, input);
        };
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        JsonNode _ =
                net.parties()
                        .await(
                                DelegationRoles.PROVIDER,
                                DelegationNet.transaction("TransactionIncluded", "claim"),
                                "claim");
        LocalChain chain = net.chain();
        Address payee = net.files().deal().payee();
        Wei balance = chain.balance(payee);
        Wei escrow = chain.balance(net.rail().contract());
        if (works.test(balance, credit(net, payee), escrow)) {
            net.stopped(seen);
        }
    }

    private static Wei credit(DelegationNet net, Address owner) {
        byte[] selector =
                Arrays.copyOf(
                        Hashes.keccak256("credit(address)".getBytes(StandardCharsets.US_ASCII)), 4);
        String data = Hex.format(selector) + "0".repeat(24) + owner.toString().substring(2);
        Map<String, String> call = Map.of("to", net.rail().contract().toString(), "data", data);
        byte[] word = net.chain().rpc().call("eth_call", call, "latest").hash().toByteArray();
        return new Wei(new BigInteger(1, word));
    }
}
