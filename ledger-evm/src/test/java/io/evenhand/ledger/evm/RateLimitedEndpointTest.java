package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.sign.Secret32;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An endpoint that allows few requests: all is slower, and nothing fails of it. Its tests do
/// little but wait.
@Execution(ExecutionMode.CONCURRENT)
class RateLimitedEndpointTest {
    private static final int BEHIND = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Rig rig;
    private ChainProxy node;
    private final AtomicInteger refused = new AtomicInteger();

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
        node = new ChainProxy(rig.chain);
    }

    @AfterEach
    void stop() {
        node.close();
        rig.close();
    }

    /// Serves this many requests in each fifth of a second; a second would do, but takes long.
    private void limit(int most) {
        Deque<Long> served = new ArrayDeque<>();
        node.sickness =
                Optional.of((exchange, truth) -> {
                    boolean tooMany;
                    synchronized (served) {
                        long now = System.nanoTime();
                        served.removeIf(at -> now - at > 200_000_000);
                        tooMany = served.size() >= most;
                        if (!tooMany) {
                            served.add(now);
                        }
                    }
                    if (tooMany) {
                        refuse(exchange, "0");
                    } else {
                        ChainProxy.send(exchange, 200, truth);
                    }
                });
    }

    private void refuse(HttpExchange exchange, String retryAfter) throws IOException {
        refused.incrementAndGet();
        exchange.getResponseHeaders().add("Retry-After", retryAfter);
        ChainProxy.send(exchange, 429, "{\"error\":{\"code\":429,\"message\":\"compute units\"}}");
    }

    private long asked(String method) {
        return node.requests.stream().filter(r -> r.contains("\"" + method + "\"")).count();
    }

    @Test
    @DisplayName("Who is some blocks behind catches up, as no refused request costs the others")
    void whoIsBehindCatchesUp() {
        Watch watch = new Watch();
        try (JsonRpc rpc = JsonRpc.open(node.url(), PATIENCE);
                ChainWatcher watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system())) {
            Escrow _ = new Escrow(watcher, Optional.empty());
            watcher.add(watch);
            watch.await("the first block", ChainSnapshot::answering);
            limit(8);
            rig.chain.mine(BEHIND, 1);
            long tip = rig.chain.tip().number();
            ChainSnapshot there = watch.await("block " + tip, s -> s.tip().number() >= tip);
            assertTrue(there.answering());
            assertTrue(refused.get() > 0, "the limit was met");
            assertTrue(asked("eth_chainId") <= 2, asked("eth_chainId") + " times eth_chainId");
            long blocks = asked("eth_getBlockByHash");
            assertTrue(blocks < 3 * BEHIND, blocks + " blocks for " + BEHIND);
        }
    }

    @Test
    @DisplayName("An exchange's deposit and claim become final all the same")
    void moneyMoves() throws Exception {
        limit(8);
        try (JsonRpc rpc = JsonRpc.open(node.url(), PATIENCE);
                ChainWatcher watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system());
                TransactionManager manager =
                        TransactionManager.start(
                                watcher,
                                LocalChain.CHAIN_ID,
                                LocalChain.wallet(3),
                                new MemoryJournal(),
                                FeePolicy.standard())) {
            Escrow escrow = new Escrow(watcher, Optional.of(manager));
            Secret32 key = Rig.newKey();
            Deal deal = rig.deal(key, manager.account(), Rig.random32());
            rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
            Intent claim = EscrowCalls.claim(rig.rail, deal, key);
            TransactionStatus _ = manager.submit(claim);
            TransactionStatus _ =
                    manager.await(claim.key(), Rig.PATIENCE, s -> s.inBlock().isPresent());
            rig.chain.mine(Rig.DEPTH);
            TransactionStatus _ =
                    manager.await(claim.key(), Rig.PATIENCE, TransactionStatus::isFinished);
            assertEquals(DealStatus.CLAIMED, escrow.view(rig.rail, deal, 0).finalized());
            long nonces =
                    manager.find(claim.key()).orElseThrow().attempts().stream()
                            .map(TransactionRecord.Attempt::nonce)
                            .distinct()
                            .count();
            assertEquals(1, nonces, "sent again, never twice");
        }
    }

    @Test
    @DisplayName("An endpoint that wants to be left alone for a year stops no claim")
    void aYearStopsNoClaim() throws Exception {
        try (JsonRpc rpc = JsonRpc.open(node.url(), Duration.ofSeconds(2));
                ChainWatcher watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system());
                TransactionManager manager =
                        TransactionManager.start(
                                watcher,
                                LocalChain.CHAIN_ID,
                                LocalChain.wallet(3),
                                new MemoryJournal(),
                                FeePolicy.standard())) {
            Secret32 key = Rig.newKey();
            Deal deal = rig.deal(key, manager.account(), Rig.random32());
            rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
            node.sickness =
                    Optional.of((exchange, truth) -> {
                        if (refused.get() < 2) {
                            refuse(exchange, "31536000");
                        } else {
                            ChainProxy.send(exchange, 200, truth);
                        }
                    });
            Intent claim = EscrowCalls.claim(rig.rail, deal, key);
            TransactionStatus _ = manager.submit(claim);
            TransactionStatus status =
                    manager.await(claim.key(), Rig.PATIENCE, s -> s.inBlock().isPresent());
            assertTrue(status.inBlock().orElseThrow().succeeded());
            assertEquals(2, refused.get());
        }
    }

    @Test
    @DisplayName("A page in place of an answer is asked past, but no broadcast is repeated")
    void aPageOfTheGatewayNowAndThen() {
        AtomicInteger count = new AtomicInteger();
        node.sickness =
                Optional.of((exchange, truth) ->
                        ChainProxy.send(
                                exchange,
                                200,
                                count.getAndIncrement() < 2 ? "<html>checking</html>" : truth));
        try (JsonRpc rpc = JsonRpc.open(node.url(), PATIENCE)) {
            assertEquals(LocalChain.CHAIN_ID, rpc.call("eth_chainId").quantity());
            assertEquals(3, node.requests.size());
            count.set(0);
            assertThrows(LedgerException.class, () -> rpc.call("eth_sendRawTransaction", "0x02"));
            assertEquals(4, node.requests.size());
        }
    }

    private void refuseByCode(int code, int times) {
        AtomicInteger count = new AtomicInteger();
        node.sickness =
                Optional.of((exchange, truth) ->
                        ChainProxy.send(
                                exchange,
                                200,
                                count.getAndIncrement() < times
                                        ? "{\"id\":1,\"error\":{\"code\":"
                                                + code
                                                + ",\"message\":\"later\"}}"
                                        : truth));
    }

    @ParameterizedTest
    @ValueSource(ints = {-32005, -32007, 429})
    @DisplayName("A limit that an ordinary answer speaks of is waited for")
    void aLimitInABody(int code) {
        refuseByCode(code, 2);
        try (JsonRpc rpc = JsonRpc.open(node.url(), PATIENCE)) {
            assertEquals(LocalChain.CHAIN_ID, rpc.call("eth_chainId").quantity());
            assertEquals(3, node.requests.size());
        }
    }

    @Test
    @DisplayName(
            "What is refused again after each pause is refused for itself, in the node's words")
    void noLimitAfterAll() {
        refuseByCode(-32005, Integer.MAX_VALUE);
        try (JsonRpc rpc = JsonRpc.open(node.url(), PATIENCE)) {
            LedgerException e = assertThrows(LedgerException.class, () -> rpc.call("eth_chainId"));
            assertInstanceOf(LedgerException.Kind.Refused.class, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("later"), e.getMessage());
            assertEquals(3, node.requests.size());
        }
    }

    @Test
    @DisplayName(
            "How many blocks an endpoint gives logs for is learnt once, for all who read there")
    void theRangeOfLogsIsRemembered() {
        node.lie(
                "eth_getLogs",
                truth ->
                        width(node.requests.getLast()) > 10
                                ? "{\"id\":1,\"error\":{\"code\":-32600,\"message\":\"10 blocks\"}}"
                                : truth);
        rig.chain.mine(100);
        try (JsonRpc rpc = JsonRpc.open(node.url(), PATIENCE)) {
            new Logs(rpc, rig.rail.contract()).read(0, 100, Logs.hex(), _ -> {});
            node.requests.clear();
            new Logs(rpc, rig.rail.contract()).read(0, 100, Logs.hex(), _ -> {});
            long wide = node.requests.stream().filter(r -> width(r) > 10).count();
            assertTrue(wide <= 1, wide + " requests for too many blocks");
        }
    }

    private static long width(String request) {
        return number(request, "toBlock") - number(request, "fromBlock") + 1;
    }

    private static long number(String request, String field) {
        return Long.parseLong(
                request.replaceAll(".*\"" + field + "\":\"0x([0-9a-f]+)\".*", "$1"), 16);
    }
}
