package io.evenhand.demo.stage;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.EscrowCode;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.RpcResult;
import java.util.Map;

/// The escrow contract on a local chain, paid for by the chain's first account.
public final class LocalEscrow {
    /// A deployment costs 0.9 million units of gas.
    private static final String DEPLOY_GAS = "0x180000";

    private LocalEscrow() {}

    public static Rail deploy(LocalChain chain) {
        String data = Hex.format(EscrowCalls.deploy("local:deploy", Wei.of(1)).data().expose());
        String deployer = LocalChain.wallet(0).address().toString();
        RpcResult _ = chain.rpc().call("anvil_impersonateAccount", deployer);
        RpcResult hash =
                chain.rpc()
                        .call(
                                "eth_sendTransaction",
                                Map.of("from", deployer, "data", data, "gas", DEPLOY_GAS));
        RpcResult receipt = chain.rpc().call("eth_getTransactionReceipt", hash.text(66));
        while (receipt.isNull()) {
            chain.mine(1);
            receipt = chain.rpc().call("eth_getTransactionReceipt", hash.text(66));
        }
        return new Rail(
                LocalChain.CHAIN_ID, receipt.field("contractAddress").address(), EscrowCode.hash());
    }
}
