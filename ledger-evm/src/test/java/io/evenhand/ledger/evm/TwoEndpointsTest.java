package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two endpoints of one chain, each of which can lie or fall silent.
class TwoEndpointsTest {
    private static final Address TO = Address.parse("0x00000000000000000000000000000000000000aa");
    private static final String ZERO_WORD = "\"0x" + "0".repeat(64) + "\"";

    private Rig rig;
    private ChainProxy first;
    private ChainProxy second;
    private Endpoints endpoints;
    private ChainWatcher watcher;
    private TransactionManager manager;
    private Escrow escrow;
    private final Watch watch = new Watch();

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
        first = new ChainProxy(rig.chain);
        second = new ChainProxy(rig.chain);
        Duration patience = Duration.ofSeconds(2);
        endpoints =
                new Endpoints(
                        JsonRpc.open(first.url(), patience), JsonRpc.open(second.url(), patience));
        watcher =
                ChainWatcher.start(
                        endpoints,
                        Rig.FAST,
                        Optional.of(new SecondOpinion(endpoints)),
                        InstantSource.system());
        manager =
                TransactionManager.start(
                        watcher,
                        LocalChain.CHAIN_ID,
                        LocalChain.wallet(3),
                        new MemoryJournal(),
                        FeePolicy.standard());
        escrow = new Escrow(watcher, Optional.of(manager));
        watcher.add(watch);
        watch.await("the first block", ChainSnapshot::answering);
    }

    @AfterEach
    void stop() {
        manager.close();
        watcher.close();
        endpoints.close();
        first.close();
        second.close();
        rig.close();
    }

    private ChainProxy node(String which) {
        return which.equals("first") ? first : second;
    }

    private static void silence(ChainProxy node) {
        node.sickness = Optional.of((exchange, _) -> exchange.close());
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

    private Deal opened(Secret32 key) throws InterruptedException {
        Deal deal = rig.deal(key, manager.account(), Rig.random32());
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        long tip = rig.chain.tip().number();
        ChainSnapshot _ = watch.await("block " + tip, s -> s.tip().number() >= tip);
        return deal;
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "second"})
    @DisplayName("16e: with one of two endpoints gone all goes on, but nothing new becomes final")
    void oneIsEnoughForAllButFinality(String lost) throws InterruptedException {
        silence(node(lost));
        ChainAlarm.EndpointLost alarm = watch.awaitAlarm(ChainAlarm.EndpointLost.class);
        assertTrue(node(lost).url().equals(alarm.endpoint()), alarm.endpoint());
        TransactionStatus _ = manager.submit(payment());
        TransactionStatus _ =
                manager.await("a", Rig.PATIENCE, status -> status.inBlock().isPresent());
        rig.chain.mine(3 * Rig.DEPTH);
        long tip = rig.chain.tip().number();
        ChainSnapshot alone = watch.await("block " + tip, s -> s.tip().number() >= tip);
        assertTrue(alone.answering());
        assertTrue(alone.finalized().number() < tip - Rig.DEPTH, "finality stands still");
        node(lost).tellTheTruth();
        TransactionStatus _ = manager.await("a", Rig.PATIENCE, TransactionStatus::isFinished);
        assertEquals(Wei.of(1), rig.chain.balance(TO));
        watch.awaitNoAlarm();
    }

    @Test
    @DisplayName("R3: a claim goes to both endpoints, so one that swallows it changes nothing")
    void aSwallowedClaimIsIncluded() throws InterruptedException {
        Secret32 key = Rig.newKey();
        Deal deal = opened(key);
        first.lie(
                "eth_sendRawTransaction",
                truth -> truth.replaceFirst("\"result\":.*$", "\"result\":" + ZERO_WORD + "}"));
        // Even the answer about the pool is a lie.
        first.result("eth_getTransactionByHash", "null");
        Intent claim = EscrowCalls.claim(rig.rail, deal, key);
        TransactionStatus _ = manager.submit(claim);
        TransactionStatus _ =
                manager.await(claim.key(), Rig.PATIENCE, s -> s.inBlock().isPresent());
        assertTrue(
                second.requests.stream().anyMatch(r -> r.contains("eth_sendRawTransaction")),
                "both have it");
    }

    @Test
    @DisplayName("16e: a deposit that only one of two endpoints shows is not taken for one")
    void aDepositThatIsNotThere() throws InterruptedException {
        Deal deal = rig.deal(Rig.newKey());
        rig.chain.mine(Rig.DEPTH);
        first.result("eth_getStorageAt", "\"0x" + "0".repeat(56) + "65000000\"");
        LedgerException e =
                assertThrows(LedgerException.class, () -> escrow.view(rig.rail, deal, 0));
        assertInstanceOf(LedgerException.Kind.Contradicted.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("lying"), e.getMessage());
    }

    /// A deal is read once for each block.
    private void look() {
        rig.chain.mine(1);
        ChainSnapshot _ = watcher.refresh();
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "second"})
    @DisplayName("16e: a deposit that one of two endpoints hides is noticed")
    void aHiddenDeposit(String liar) throws InterruptedException {
        Deal deal = opened(Rig.newKey());
        assertEquals(DealStatus.OPEN, escrow.view(rig.rail, deal, 0).finalized());
        node(liar).result("eth_getStorageAt", ZERO_WORD);
        node(liar).result("eth_getLogs", "[]");
        look();
        LedgerException e =
                assertThrows(LedgerException.class, () -> escrow.view(rig.rail, deal, 0));
        assertInstanceOf(LedgerException.Kind.Contradicted.class, e.kind());
    }

    @Test
    @DisplayName("16e: a claim that one of two endpoints hides is noticed, and the key is seen")
    void aHiddenClaim() throws InterruptedException {
        Secret32 key = Rig.newKey();
        Deal deal = opened(key);
        long openedAt = escrow.view(rig.rail, deal, 0).openedAt();
        Intent claim = EscrowCalls.claim(rig.rail, deal, key);
        first.result("eth_getStorageAt", "\"0x%064x\"".formatted(openedAt));
        first.result("eth_getLogs", "[]");
        TransactionStatus _ = manager.submit(claim);
        TransactionStatus _ =
                manager.await(claim.key(), Rig.PATIENCE, s -> s.inBlock().isPresent());
        rig.chain.mine(Rig.DEPTH);
        TransactionStatus _ =
                manager.await(claim.key(), Rig.PATIENCE, TransactionStatus::isFinished);
        LedgerException e =
                assertThrows(LedgerException.class, () -> escrow.view(rig.rail, deal, 0));
        assertInstanceOf(LedgerException.Kind.Contradicted.class, e.kind());
        first.tellTheTruth();
        assertTrue(escrow.view(rig.rail, deal, 0).revealed().isPresent());
    }

    @Test
    @DisplayName("16e: two that lie together are believed, which is why one should be one's own")
    void aDepositThatBothInvent() {
        Deal deal = rig.deal(Rig.newKey());
        rig.chain.mine(Rig.DEPTH);
        for (ChainProxy liar : List.of(first, second)) {
            liar.result("eth_getStorageAt", "\"0x%064x\"".formatted(rig.chain.tip().timestamp()));
        }
        assertEquals(DealStatus.OPEN, escrow.view(rig.rail, deal, 0).finalized());
    }

    @Test
    @DisplayName("16e: two that hide a deposit together get no key out of its payee")
    void aDepositThatBothHide() throws InterruptedException {
        Deal deal = opened(Rig.newKey());
        for (ChainProxy liar : List.of(first, second)) {
            liar.result("eth_getStorageAt", ZERO_WORD);
            liar.result("eth_getLogs", "[]");
        }
        look();
        assertEquals(DealStatus.ABSENT, escrow.view(rig.rail, deal, 0).finalized());
        first.tellTheTruth();
        second.tellTheTruth();
        look();
        assertEquals(DealStatus.OPEN, escrow.view(rig.rail, deal, 0).finalized());
    }

    @Test
    @DisplayName("R3: two that overstate fees together get no more than one: a twentieth at first")
    void feesThatBothOverstate() throws InterruptedException {
        Secret32 key = Rig.newKey();
        Deal deal = opened(key);
        for (ChainProxy liar : List.of(first, second)) {
            liar.result(
                    "eth_feeHistory",
                    "{\"oldestBlock\":\"0x1\",\"baseFeePerGas\":[\"0x1dcd65000\"],"
                            + "\"reward\":[[\"0xe8d4a51000\"]]}");
        }
        TransactionStatus.Receipt receipt =
                rig.include(manager, EscrowCalls.claim(rig.rail, deal, key));
        assertTrue(receipt.succeeded());
        BigInteger most = Rig.WAGE.value().divide(BigInteger.valueOf(20));
        assertTrue(receipt.fee().value().compareTo(most) <= 0, receipt.fee().toString());
    }

    @Test
    @DisplayName("16e: two endpoints on different branches agree on nothing new")
    void anotherBranchIsAnAlarm() throws IOException {
        try (LocalChain other = LocalChain.start(new LocalChain.Mining.Manual());
                ChainWatcher torn =
                        ChainWatcher.start(
                                rig.rpc,
                                Rig.FAST,
                                Optional.of(new SecondOpinion(other.rpc())),
                                InstantSource.system())) {
            other.mine(50);
            rig.chain.mine(10);
            Watch tornWatch = new Watch();
            torn.add(tornWatch);
            Alarm alarm = tornWatch.awaitAlarm(ChainAlarm.EndpointsDisagree.class);
            assertTrue(alarm.line().contains("another block"), alarm.line());
            assertEquals(0, torn.refresh().finalized().number());
        }
    }

    @Test
    void anEndpointThatStopsFollowingTheChainIsLeftForTheOther() {
        Header stuck = rig.chain.tip();
        watch.await("the tip", s -> s.tip().equals(stuck));
        first.result(
                "latest",
                """
                {"number":"0x%x","hash":"0x%s","parentHash":"0x%s","timestamp":"0x%x"}\
                """
                        .formatted(
                                stuck.number(),
                                stuck.hash(),
                                stuck.parentHash(),
                                stuck.timestamp()));
        rig.chain.warp(Duration.ofMinutes(1));
        rig.chain.mine(8);
        ChainAlarm.EndpointsDisagree alarm = watch.awaitAlarm(ChainAlarm.EndpointsDisagree.class);
        assertTrue(alarm.what().contains("s behind"), alarm.what());
        long tip = rig.chain.tip().number();
        ChainSnapshot moved = watch.await("block " + tip, s -> s.tip().number() >= tip);
        assertTrue(moved.answering());
    }

    @Test
    void anEndpointOfAnotherChainIsNotTaken() throws InterruptedException {
        second.lie("eth_chainId", truth -> truth.replace("0x7a69", "0x1"));
        silence(first);
        ChainAlarm.EndpointLost alarm = watch.awaitAlarm(ChainAlarm.EndpointLost.class);
        assertEquals(first.url(), alarm.endpoint());
        ChainSnapshot _ = watch.await("silence", s -> !s.answering());
        first.tellTheTruth();
        ChainSnapshot _ = watch.await("the first again", ChainSnapshot::answering);
    }

    @Test
    @DisplayName("What one endpoint told of receipts and events does not stand for the other")
    void anotherEndpointIsAskedAnew() {
        long before = watcher.refresh().epoch();
        assertEquals(before, watcher.refresh().epoch());
        endpoints.change();
        assertTrue(watcher.refresh().epoch() > before);
    }
}
