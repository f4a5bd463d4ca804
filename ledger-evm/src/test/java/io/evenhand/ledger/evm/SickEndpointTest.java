package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One endpoint falls ill for a while: whoever waits for it goes on by itself afterwards, and
/// nothing is sent twice.
class SickEndpointTest {
    private static final Address TO = Address.parse("0x00000000000000000000000000000000000000aa");
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Rig rig;
    private ChainProxy node;
    private JsonRpc rpc;
    private ChainWatcher watcher;
    private final MemoryJournal journal = new MemoryJournal();
    private TransactionManager manager;
    private final CountDownLatch recovered = new CountDownLatch(1);
    private final Watch watch = new Watch();

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
        node = new ChainProxy(rig.chain);
        rpc = JsonRpc.open(node.url(), PATIENCE);
        watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system());
        manager =
                TransactionManager.start(
                        watcher,
                        LocalChain.CHAIN_ID,
                        LocalChain.wallet(3),
                        journal,
                        FeePolicy.standard());
        watcher.add(watch);
        watch.await("the first block", ChainSnapshot::answering);
    }

    @AfterEach
    void stop() {
        recovered.countDown();
        manager.close();
        watcher.close();
        rpc.close();
        node.close();
        rig.close();
    }

    enum Illness {
        NEVER_ANSWERS,
        BREAKS_OFF,
        TOO_MANY_REQUESTS,
        SERVER_ERROR,
        HTML,
        TRUNCATED_JSON,
        ANOTHER_CHAIN
    }

    private void answer(Illness illness, HttpExchange exchange, String truth) throws IOException {
        switch (illness) {
            case NEVER_ANSWERS -> {
                await(recovered);
                exchange.close();
            }
            case BREAKS_OFF -> exchange.close();
            case TOO_MANY_REQUESTS ->
                    ChainProxy.send(
                            exchange, 429, "{\"error\":{\"code\":-32005,\"message\":\"x\"}}");
            case SERVER_ERROR -> ChainProxy.send(exchange, 500, "oops");
            case HTML -> ChainProxy.send(exchange, 200, "<html>maintenance</html>");
            case TRUNCATED_JSON ->
                    ChainProxy.send(exchange, 200, truth.substring(0, truth.length() / 2));
            case ANOTHER_CHAIN -> ChainProxy.send(exchange, 200, truth.replace("0x7a69", "0x1"));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Intent payment() {
        return new Intent(
                "a",
                Optional.of(TO),
                CallData.of(new byte[0]),
                Wei.of(1),
                21_000,
                Rig.ENOUGH,
                Intent.ANY_TIME,
                false);
    }

    @ParameterizedTest
    @EnumSource(Illness.class)
    @DisplayName("An endpoint that falls ill is an alarm, and what was asked for happens once")
    void whatIsWishedForHappensOnceItRecovers(Illness illness) throws InterruptedException {
        if (illness == Illness.ANOTHER_CHAIN) {
            // The chain id is asked for after an outage.
            node.sickness = Optional.of((exchange, _) -> exchange.close());
            watch.await("an outage", s -> !s.answering());
        }
        node.sickness = Optional.of((exchange, truth) -> answer(illness, exchange, truth));
        TransactionStatus _ = manager.submit(payment());
        ChainAlarm.EndpointLost lost = watch.awaitAlarm(ChainAlarm.EndpointLost.class);
        assertEquals(rpc.name(), lost.endpoint());
        node.tellTheTruth();
        recovered.countDown();
        TransactionStatus _ =
                manager.await("a", Rig.PATIENCE, status -> status.inBlock().isPresent());
        rig.chain.mine(Rig.DEPTH);
        TransactionStatus _ = manager.await("a", Rig.PATIENCE, TransactionStatus::isFinished);
        assertEquals(Wei.of(1), rig.chain.balance(TO));
        assertEquals(1, manager.find("a").orElseThrow().attempts().size());
        watch.awaitNoAlarm();
    }

    @Test
    void whileItIsIllItIsAskedEverMoreRarely() {
        node.sickness = Optional.of((exchange, _) -> ChainProxy.send(exchange, 503, "busy"));
        watch.awaitAlarm(ChainAlarm.EndpointLost.class);
        node.requests.clear();
        long begin = System.nanoTime();
        while (node.requests.size() < 4) {
            ChainSnapshot _ = watch.await("another attempt", s -> !s.answering());
        }
        long perRequest = (System.nanoTime() - begin) / 4;
        assertTrue(
                perRequest > 2 * Rig.FAST.poll().toNanos(),
                "asked every " + perRequest / 1_000_000 + " ms");
        node.tellTheTruth();
        assertTrue(watch.await("recovery", ChainSnapshot::answering).answering());
    }

    @Test
    @DisplayName("R4: a claim that was sent and never answered counts as shown, and is pursued")
    void anUnansweredClaimIsShown() throws InterruptedException {
        Secret32 key = Rig.newKey();
        Deal deal = rig.deal(key, manager.account(), Rig.random32());
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        Intent claim =
                EscrowCalls.claim(rig.rail, deal, key)
                        .withHandOverBy(rig.chain.tip().timestamp() + 600);
        node.lie(
                "eth_sendRawTransaction",
                _ -> {
                    // It keeps the bytes to itself.
                    await(recovered);
                    return "";
                });
        TransactionStatus _ = manager.submit(claim);
        assertTrue(manager.handedOver(claim.key()), "the bytes have left");
        // The time to show it for the first time is over; that does not matter any more.
        rig.chain.warp(Duration.ofMinutes(20));
        rig.chain.mine(1);
        node.tellTheTruth();
        recovered.countDown();
        TransactionStatus status =
                manager.await(claim.key(), Rig.PATIENCE, s -> s.inBlock().isPresent());
        assertTrue(status.inBlock().orElseThrow().succeeded());
    }

    @Test
    @DisplayName("R4: what could not leave this machine is not shown")
    void anUnsentClaimIsNotShown() throws InterruptedException {
        Secret32 key = Rig.newKey();
        Deal deal = rig.deal(key, manager.account(), Rig.random32());
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        rig.chain.stop();
        node.close();
        watch.await("silence", s -> !s.answering());
        Intent claim = EscrowCalls.claim(rig.rail, deal, key);
        assertInstanceOf(TransactionStatus.Pending.class, manager.submit(claim));
        assertFalse(manager.handedOver(claim.key()));
    }

    @Test
    void aReceiptThatIsMissingForAWhileIsWaitedFor() throws InterruptedException {
        node.result("eth_getTransactionReceipt", "null");
        TransactionStatus _ = manager.submit(payment());
        rig.chain.mine(2 * Rig.DEPTH);
        long tip = rig.chain.tip().number();
        ChainSnapshot _ = watch.await("block " + tip, s -> s.tip().number() >= tip);
        TransactionStatus _ =
                manager.await(
                        "a",
                        Rig.PATIENCE,
                        s ->
                                s instanceof TransactionStatus.Pending(String trouble)
                                        && trouble.contains("has no receipt"));
        assertEquals(1, manager.find("a").orElseThrow().attempts().size());
        node.tellTheTruth();
        TransactionStatus _ = manager.await("a", Rig.PATIENCE, TransactionStatus::isFinished);
        assertEquals(Wei.of(1), rig.chain.balance(TO));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    @DisplayName("A head that goes backwards moves finality nowhere and sends nothing twice")
    void aHeadThatGoesBackwards(int blocks) throws InterruptedException {
        rig.chain.mine(10);
        Header tip = rig.chain.tip();
        Header finalized = watch.await("the tip", s -> s.tip().equals(tip)).finalized();
        Header old = Blocks.byNumber(rig.rpc, Blocks.quantity(tip.number() - blocks));
        node.result("latest", block(old));
        ChainSnapshot back = watch.await("the old head", s -> s.tip().equals(old));
        assertEquals(finalized, back.finalized());
        assertTrue(back.alarms().stream().noneMatch(ChainAlarm.DeepReorg.class::isInstance));
        TransactionStatus _ = manager.submit(payment());
        node.tellTheTruth();
        TransactionStatus _ =
                manager.await("a", Rig.PATIENCE, status -> status.inBlock().isPresent());
        assertEquals(Wei.of(1), rig.chain.balance(TO));
    }

    private static String block(Header header) {
        return """
        {"number":"0x%x","hash":"0x%s","parentHash":"0x%s","timestamp":"0x%x","baseFeePerGas":"0x%x"}\
        """
                .formatted(
                        header.number(),
                        header.hash(),
                        header.parentHash(),
                        header.timestamp(),
                        header.baseFee().orElseThrow());
    }
}
