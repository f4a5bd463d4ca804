package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a receipt only shows may be missing, null or nonsense: the transaction is included all the
/// same, and its contract stands where it must.
class ReceiptWithoutEffectiveGasPriceTest {
    private LocalChain chain;
    private ChainProxy node;

    @BeforeEach
    void start() throws IOException {
        chain = LocalChain.start(new LocalChain.Mining.Instant());
        node = new ChainProxy(chain);
    }

    @AfterEach
    void stop() {
        node.close();
        chain.close();
    }

    private static UnaryOperator<String> without(String field, String instead) {
        return truth ->
                truth.replaceAll(
                        ",?\"" + field + "\":(\"[^\"]*\"|null)",
                        instead.isEmpty() ? "" : ",\"" + field + "\":" + instead);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "effectiveGasPrice=",
                "effectiveGasPrice=null",
                "effectiveGasPrice=true",
                "gasUsed=",
                "gasUsed=null",
                "contractAddress=",
                "contractAddress=null",
                "logsBloom=",
                "cumulativeGasUsed=null"
            })
    void theContractIsDeployed(String lack) throws InterruptedException {
        String field = lack.substring(0, lack.indexOf('='));
        node.lie(
                "eth_getTransactionReceipt", without(field, lack.substring(lack.indexOf('=') + 1)));
        try (JsonRpc rpc = JsonRpc.open(node.url());
                Party party = new Party(rpc)) {
            TransactionStatus.Receipt receipt = party.deploy();
            assertEquals(
                    Wallet.contractAddress(party.manager.account(), 0),
                    receipt.created().orElseThrow());
            assertTrue(receipt.fee().value().signum() > 0);
            assertTrue(receipt.gasUsed() > 800_000, "gas " + receipt.gasUsed());
        }
    }
}
