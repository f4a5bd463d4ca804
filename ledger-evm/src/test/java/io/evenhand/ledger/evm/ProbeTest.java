package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.Probe.Level;
import io.evenhand.ledger.evm.Probe.Need;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The probe at a real node, behind gateways that lack one thing each.
class ProbeTest {
    private static LocalChain chain;
    private ChainProxy node;

    @BeforeAll
    static void startChain() throws IOException {
        chain = LocalChain.start(new LocalChain.Mining.Instant());
        // The newest block has a transaction whose receipt can be looked at.
        var _ = LocalTransactions.pay(chain);
    }

    @AfterAll
    static void stopChain() {
        chain.close();
    }

    @BeforeEach
    void start() throws IOException {
        node = new ChainProxy(chain);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static Probe.Report ask(String url, FinalityPolicy finality) {
        try (JsonRpc rpc = JsonRpc.open(url)) {
            Address account = LocalChain.wallet(0).address();
            return Probe.ask(rpc, finality, account, account, Duration.ZERO);
        }
    }

    private Probe.Report ask() {
        return ask(node.url(), FinalityPolicy.tag());
    }

    private static List<Need> needs(Probe.Report report, Level level) {
        return report.of(level).stream().map(Probe.Result::need).toList();
    }

    private void lacks(Need need) {
        Probe.Report report = ask();
        assertTrue(needs(report, Level.LACKING).contains(need), report.toString());
        LedgerException e = assertThrows(LedgerException.class, report::requireAll);
        assertInstanceOf(LedgerException.Kind.Lacking.class, e.kind());
        String line = String.valueOf(e.getMessage());
        assertTrue(line.startsWith(node.url() + " cannot be used: no "), line);
        assertFalse(line.contains("\n"), line);
    }

    static Stream<Arguments> good() {
        return Stream.of(
                Arguments.of(chain.httpUrl(), FinalityPolicy.tag()),
                Arguments.of(chain.wsUrl(), FinalityPolicy.depth(3)));
    }

    @ParameterizedTest
    @MethodSource("good")
    void aGoodNodeHasEverything(String url, FinalityPolicy finality) {
        Probe.Report report = ask(url, finality);
        assertEquals(LocalChain.CHAIN_ID, report.chainId());
        assertEquals(report.results().size(), report.of(Level.FINE).size(), report.toString());
        assertEquals(url.startsWith("ws"), needs(report, Level.FINE).contains(Need.PUSH));
        report.requireAll();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eth_getStorageAt",
                "eth_getBalance",
                "eth_getTransactionCount",
                "eth_getCode"
            })
    void noStateByBlockHash(String method) {
        node.swallow(method, "invalid argument 1: cannot unmarshal object");
        lacks(Need.STATE);
    }

    @Test
    void stateThatIgnoresTheHashIsNone() {
        node.lie(
                "eth_getBalance",
                truth -> truth.replaceFirst("\"(result|error)\":.*$", "\"result\":\"0x1\"}"));
        lacks(Need.STATE);
    }

    @ParameterizedTest
    @CsvSource({
        "eth_getLogs, LOGS",
        "eth_getBlockByHash, BLOCKS",
        "eth_getTransactionByHash, TRANSACTIONS",
        "eth_getTransactionReceipt, TRANSACTIONS"
    })
    void aMissingMethodIsNamed(String method, Need need) {
        node.swallow(method, "the method does not exist");
        lacks(need);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "\"0x1\""})
    void aNonsensicalReceiptIsNone(String receipt) {
        node.result("eth_getTransactionReceipt", receipt);
        if (receipt.equals("null")) {
            ask().requireAll();
        } else {
            lacks(Need.TRANSACTIONS);
        }
    }

    @Test
    void noTagFinalizedNamesTheOption() {
        node.lie(
                "finalized",
                _ -> "{\"id\":1,\"error\":{\"code\":-32602,\"message\":\"hex string expected\"}}");
        lacks(Need.FINALITY);
        LedgerException e = assertThrows(LedgerException.class, ask()::requireAll);
        assertTrue(String.valueOf(e.getMessage()).contains("--finality"), e.getMessage());
        ask(node.url(), FinalityPolicy.depth(3)).requireAll();
    }

    @Test
    void whatCanBeDoneWithoutIsSaid() {
        node.swallow("eth_feeHistory", "the method does not exist");
        node.swallow("eth_estimateGas", "the method does not exist");
        Probe.Report report = ask();
        report.requireAll();
        assertEquals(List.of(Need.FEES, Need.GAS), needs(report, Level.LESS));
    }

    @Test
    void aRefusalThatPassesIsNone() {
        AtomicInteger asked = new AtomicInteger();
        node.lie(
                "eth_getLogs",
                truth ->
                        asked.incrementAndGet() < 3
                                ? "{\"id\":1,\"error\":{\"code\":-32007,\"message\":\"slow down\"}}"
                                : truth);
        ask().requireAll();
    }

    @Test
    void aSilentEndpointIsUnreachableNotUnfit() {
        node.close();
        LedgerException e = assertThrows(LedgerException.class, this::ask);
        assertInstanceOf(LedgerException.Kind.Unreachable.class, e.kind());
    }
}
