package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.TransactionRecord.Attempt;
import java.io.IOException;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Endpoints that lie about the price of gas: what that can cost at most.
class FeeLiesTest {
    private static final int CLAIMER = 3;
    private static final int BLOCKS = 12;
    private static final int MANY = 1_000;

    private final Secret32 key = Rig.newKey();
    private Rig rig;
    private ChainProxy liar;
    private Intent claim;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
        Deal deal = rig.deal(key);
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        claim = EscrowCalls.claim(rig.rail, deal, key);
        liar = new ChainProxy(rig.chain);
    }

    @AfterEach
    void stop() {
        liar.close();
        rig.close();
    }

    private void overstate() {
        say(Wei.parse("8 gwei"), Wei.parse("1000 gwei"));
    }

    private void say(Wei base, Wei tip) {
        liar.result(
                "eth_feeHistory",
                "{\"oldestBlock\":\"0x1\",\"baseFeePerGas\":[\"%s\"],\"reward\":[[\"%s\"]]}"
                        .formatted(hex(base), hex(tip)));
    }

    private static String hex(Wei wei) {
        return "0x" + wei.value().toString(16);
    }

    private static TransactionManager manager(ChainWatcher watcher) {
        return TransactionManager.start(
                watcher,
                LocalChain.CHAIN_ID,
                LocalChain.wallet(CLAIMER),
                new MemoryJournal(),
                FeePolicy.standard());
    }

    private List<Attempt> attempts(TransactionManager manager) {
        return manager.find(claim.key()).orElseThrow().attempts();
    }

    private static BigInteger twentieth() {
        return Rig.WAGE.value().divide(BigInteger.valueOf(20));
    }

    @Test
    @DisplayName("R3: an endpoint that overstates fees costs a twentieth of the wage at first")
    void anOverstatedFeeCostsATwentieth() throws InterruptedException {
        overstate();
        try (JsonRpc rpc = JsonRpc.open(liar.url());
                ChainWatcher watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system())) {
            TransactionStatus.Receipt receipt = rig.include(manager(watcher), claim);
            assertTrue(receipt.succeeded());
            assertTrue(receipt.fee().value().compareTo(twentieth()) <= 0, receipt.fee().toString());
        }
    }

    @ParameterizedTest(name = "and answers: {0}")
    @ValueSource(strings = {"busy", "replacement transaction underpriced"})
    @DisplayName(
            "R3: one that swallows a claim too raises its tip by an eighth for each block at most")
    void swallowingRaisesTheTipSlowly(String answer) throws InterruptedException {
        overstate();
        liar.swallow("eth_sendRawTransaction", answer);
        rig.chain.setMining(new LocalChain.Mining.Manual());
        try (JsonRpc rpc = JsonRpc.open(liar.url());
                ChainWatcher watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system())) {
            TransactionManager manager = manager(watcher);
            TransactionStatus _ = manager.submit(claim);
            rig.await(manager, claim.key(), _ -> manager.handedOver(claim.key()));
            Watch watch = new Watch();
            watcher.add(watch);
            for (int i = 0; i < BLOCKS; i++) {
                long next = rig.chain.tip().number() + 1;
                rig.chain.mine(1);
                ChainSnapshot _ = watch.await("block " + next, s -> s.tip().number() >= next);
            }
            rig.await(manager, claim.key(), _ -> attempts(manager).size() > 2);
            List<Attempt> all = attempts(manager);
            BigInteger first = all.getFirst().fee().tipPerGas();
            assertTrue(
                    first.multiply(BigInteger.valueOf(claim.gasLimit())).compareTo(twentieth())
                            <= 0);
            for (int i = 1; i < all.size(); i++) {
                Attempt before = all.get(i - 1);
                BigInteger least = FeePolicy.replacing(before.fee()).tipPerGas();
                assertTrue(all.get(i).fee().tipPerGas().compareTo(least) <= 0, "an eighth");
                assertTrue(all.get(i).tipAtSigning() > before.tipAtSigning(), "a block");
            }
        }
    }

    @ParameterizedTest(name = "as this block: {0}")
    @ValueSource(
            strings = {
                "\"0x1000000000000000\"",
                "\"0x8000000000000000\"",
                "\"soon\"",
                "-1",
                "1.5",
                "true",
                "{}",
                "[]"
            })
    @DisplayName(
            "R3: one that always says that a newer block holds a claim, or what nobody can"
                    + " read, keeps no tip down")
    void aPromisedBlockIsNotBelievedForLong(String block) throws InterruptedException {
        liar.swallow("eth_sendRawTransaction", "busy");
        liar.result("eth_getTransactionByHash", "{\"blockNumber\":" + block + "}");
        rig.chain.setMining(new LocalChain.Mining.Manual());
        try (JsonRpc rpc = JsonRpc.open(liar.url());
                ChainWatcher watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system())) {
            TransactionManager manager = manager(watcher);
            TransactionStatus _ = manager.submit(claim);
            Watch watch = new Watch();
            watcher.add(watch);
            mineUntil(watch, () -> attempts(manager).size() >= 3);
        }
    }

    @ParameterizedTest(name = "as this block: {0}")
    @ValueSource(strings = {"\"0x1000000000000000\"", "\"soon\""})
    @DisplayName("many looks at one block are one: what may be in the next is not paid for twice")
    void manyLooksAtOneBlockAreOne(String block) throws InterruptedException {
        liar.swallow("eth_sendRawTransaction", "busy");
        liar.result("eth_getTransactionByHash", "{\"blockNumber\":" + block + "}");
        rig.chain.setMining(new LocalChain.Mining.Manual());
        int enough = Math.toIntExact(FeePolicy.standard().bumpAfterBlocks());
        try (JsonRpc rpc = JsonRpc.open(liar.url());
                ChainWatcher watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system())) {
            TransactionManager manager = manager(watcher);
            TransactionStatus _ = manager.submit(claim);
            rig.await(manager, claim.key(), _ -> manager.handedOver(claim.key()));
            Watch watch = new Watch();
            watcher.add(watch);
            mine(watch, enough);
            for (int i = 0; i < 10; i++) {
                TransactionStatus _ = manager.submit(claim);
                assertEquals(1, attempts(manager).size());
            }
            mineUntil(watch, () -> attempts(manager).size() >= 2);
            List<Attempt> all = attempts(manager);
            long blocks = all.getLast().tipAtSigning() - all.getFirst().tipAtSigning();
            assertTrue(blocks >= enough + 2, "raised after " + blocks + " blocks");
        }
    }

    /// Block after block, until it is so.
    private void mineUntil(Watch watch, BooleanSupplier done) throws InterruptedException {
        for (int i = 0; i < MANY && !done.getAsBoolean(); i++) {
            mine(watch, 1);
        }
        assertTrue(done.getAsBoolean(), "not after " + MANY + " blocks");
    }

    private void mine(Watch watch, int blocks) throws InterruptedException {
        long next = rig.chain.tip().number() + blocks;
        rig.chain.mine(blocks);
        ChainSnapshot _ = watch.await("block " + next, s -> s.tip().number() >= next);
    }

    @ParameterizedTest(name = "the liar overstates: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "16e: of two endpoints the lower tip is offered, with room for the higher base fee")
    void oneLiarOfTwoCostsNothing(boolean over) throws IOException, InterruptedException {
        if (over) {
            overstate();
        } else {
            say(Wei.of(1), Wei.ZERO);
        }
        for (boolean liarFirst : new boolean[] {true, false}) {
            String honest = rig.chain.httpUrl();
            try (Endpoints both =
                            new Endpoints(
                                    JsonRpc.open(liarFirst ? liar.url() : honest),
                                    JsonRpc.open(liarFirst ? honest : liar.url()));
                    ChainWatcher watcher =
                            ChainWatcher.start(
                                    both,
                                    Rig.FAST,
                                    Optional.of(new SecondOpinion(both)),
                                    InstantSource.system());
                    TransactionManager manager = manager(watcher)) {
                Deal deal = rig.deal(key);
                rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
                Intent other = EscrowCalls.claim(rig.rail, deal, key);
                BigInteger fair = FeePolicy.market(rig.rpc, rig.chain.tip()).offer().tipPerGas();
                TransactionStatus.Receipt receipt = rig.include(manager, other);
                assertTrue(receipt.succeeded());
                var offered = manager.find(other.key()).orElseThrow().attempts();
                assertEquals(1, offered.size(), "raised although it was in a block at once");
                assertTrue(tip(offered).compareTo(fair) <= 0, () -> tip(offered) + " of " + fair);
            }
        }
    }

    private static BigInteger tip(List<Attempt> attempts) {
        return attempts.getLast().fee().tipPerGas();
    }
}
