package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainProxy;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.Quirks;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What each command says at an endpoint that lacks something: before anything is signed.
class EndpointTableTest extends Typing {
    private static LocalChain chain;
    private ChainProxy node;
    private Address wallet;

    @BeforeAll
    static void startChain() throws IOException {
        chain = LocalChain.start(new LocalChain.Mining.Instant());
    }

    @AfterAll
    static void stopChain() {
        chain.close();
    }

    @BeforeEach
    void start() throws IOException {
        node = new ChainProxy(chain);
        NodeKeys keys = NodeKeys.load(DataDirectory.identityFile(home), Optional.empty());
        wallet = new Wallet(keys.wallet()).address();
        String coins = "0x" + Wei.parse("1 eth").value().toString(16);
        var _ = chain.rpc().call("anvil_setBalance", wallet.toString(), coins);
        Files.delete(home.resolve("config.yaml"));
        new Config(Optional.empty()).save(home.resolve("config.yaml"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private long sent() {
        return chain.rpc().call("eth_getTransactionCount", wallet.toString(), "latest").quantity();
    }

    /// Refuses a method, if its parameters hold this.
    private void refuse(String method, String part, String words) {
        node.be(
                Quirks.refuses(
                        call ->
                                call.method().equals(method)
                                        && call.params().toString().contains(part),
                        -32_602,
                        words));
    }

    private Run deploy(String... more) {
        String[] words = new String[3 + more.length];
        words[0] = "deploy";
        words[1] = "--rpc";
        words[2] = node.url();
        System.arraycopy(more, 0, words, 3, more.length);
        return run(words);
    }

    private void good(Run run) {
        assertEquals(0, run.exit(), run.err());
    }

    @Test
    void noStateByBlockHash() throws IOException {
        good(deploy());
        String config = Files.readString(home.resolve("config.yaml"));
        long before = sent();
        refuse(
                "eth_getStorageAt",
                "blockHash",
                "cannot unmarshal object into Go value of type string");
        refused(deploy(), 3, "state at a block's hash (EIP-1898)");
        assertEquals(before, sent());
        assertEquals(config, Files.readString(home.resolve("config.yaml")));
    }

    @Test
    void withoutTheTagFinalizedTheUserSaysWhatIsFinal() throws IOException {
        refuse("eth_getBlockByNumber", "finalized", "hex string without 0x prefix");
        refused(deploy("--pace", "ethereum"), 3, "--finality N");
        assertEquals(0, sent());
        Run run = deploy("--pace", "ethereum", "--finality", "7");
        good(run);
        assertTrue(run.out().contains("by your own word"), run.out());
        assertTrue(Files.readString(home.resolve("config.yaml")).contains("finality: 7"));
        Run doctor = run("doctor");
        assertTrue(doctor.out().contains("by your own word"), doctor.out());
        refused(deploy("--finality", "0"), 2, "1 to 200");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void receiptWithoutEffectiveGasPrice(boolean isNull) {
        node.be(
                Quirks.changes(
                        "eth_getTransactionReceipt",
                        receipt -> {
                            receipt.remove("effectiveGasPrice");
                            if (isNull) {
                                receipt.putNull("effectiveGasPrice");
                            }
                        }));
        good(deploy());
        long once = sent();
        good(deploy());
        assertEquals(once, sent());
    }

    @Test
    void aChainWithoutBaseFeeIsTakenAndSaidToBeOne() {
        node.be(Quirks.withoutBaseFee());
        Run run = deploy();
        good(run);
        assertTrue(run.out().contains("no base fee in blocks"), run.out());
    }

    @Test
    void aRefusedDeploymentIsToldAndForgotten() throws IOException {
        long before = sent();
        refuse("eth_sendRawTransaction", "", "intrinsic gas too low");
        refused(deploy(), 3, "intrinsic gas too low");
        assertEquals(before, sent());
        assertFalse(Files.exists(home.resolve("deployment-31337")));
    }
}
