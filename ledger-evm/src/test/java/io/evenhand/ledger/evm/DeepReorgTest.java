package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.sign.Secret32;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Reorgs deeper than the configured finality: beyond what is promised, and yet what helps is done.
class DeepReorgTest {
    private static final LocalChain.Mining MANUAL = new LocalChain.Mining.Manual();

    private final Secret32 key = Rig.newKey();
    private Rig rig;
    private Deal deal;
    private Intent open;
    private Intent claim;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
        deal = rig.deal(key);
        open = EscrowCalls.open(rig.rail, deal);
        claim = EscrowCalls.claim(rig.rail, deal, key);
        rig.settle(rig.payer, open);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    /// Takes back all blocks from this one on.
    private void undo(TransactionStatus.Receipt from) {
        rig.chain.setMining(MANUAL);
        rig.chain.reorg((int) (rig.chain.tip().number() - from.block()) + 1);
    }

    private void assertFinalAgain(TransactionManager manager, Intent intent)
            throws InterruptedException {
        rig.await(manager, intent.key(), s -> s instanceof TransactionStatus.Pending);
        TransactionStatus.Receipt receipt = rig.mineUntilIncluded(manager, intent.key());
        assertTrue(receipt.succeeded());
        rig.chain.mine(Rig.DEPTH);
        assertInstanceOf(
                TransactionStatus.Final.class,
                rig.await(manager, intent.key(), TransactionStatus::isFinished));
    }

    @ParameterizedTest(name = "the {0}, {1} blocks below finality")
    @CsvSource({"open,0", "open,5", "claim,0", "claim,5", "refund,0", "refund,5"})
    @DisplayName("R3: what a reorg takes back that was final is sent again, once, under an alarm")
    void whatWasFinalIsSentAgain(String what, int below) throws InterruptedException {
        TransactionManager manager = what.equals("claim") ? rig.payee : rig.payer;
        Intent intent = what.equals("open") ? open : claim;
        if (what.equals("refund")) {
            rig.chain.warp(Duration.ofHours(2));
            rig.chain.mine(1);
            intent = EscrowCalls.refund(rig.rail, deal);
        }
        TransactionStatus.Receipt receipt = rig.settle(manager, intent);
        rig.chain.mine(below + 1);
        long tip = rig.chain.tip().number();
        Watch watch = new Watch();
        rig.watcher.add(watch);
        ChainSnapshot _ = watch.await("the tip", s -> s.tip().number() >= tip);
        undo(receipt);
        assertFinalAgain(manager, intent);
        ChainSnapshot seen = rig.watcher.snapshot().orElseThrow();
        assertTrue(seen.alarms().stream().anyMatch(ChainAlarm.DeepReorg.class::isInstance));
        assertEquals(1, manager.undone().size());
        DealStatus end =
                switch (what) {
                    case "claim" -> DealStatus.CLAIMED;
                    case "refund" -> DealStatus.REFUNDED;
                    default -> DealStatus.OPEN;
                };
        assertEquals(end, rig.view(deal).finalized());
    }

    @Test
    @DisplayName(
            "R3: a claim that was taken back while its node was down is sent again at the start")
    void aRestartFindsWhatWasTakenBack() throws InterruptedException {
        TransactionStatus.Receipt receipt = rig.settle(rig.payee, claim);
        rig.payee.close();
        undo(receipt);
        TransactionManager again = rig.manager(1, rig.payeeJournal);
        assertFinalAgain(again, claim);
    }

    @Test
    @DisplayName("R5: a claim that was taken back is not sent again once its time is over")
    void whatIsOverIsNotSentAgain() throws InterruptedException {
        TransactionStatus.Receipt receipt = rig.settle(rig.payee, claim);
        rig.payee.close();
        undo(receipt);
        rig.chain.nextTimestamp(deal.claimBy() + 1);
        rig.chain.mine(1);
        // The first snapshot of a new manager may be one that was taken just before.
        Watch over = new Watch();
        rig.watcher.add(over);
        over.await("the end of its time", s -> s.tip().timestamp() > deal.claimBy());
        rig.watcher.remove(over);
        long nonce = nonce();
        try (TransactionManager late =
                TransactionManager.start(
                        rig.watcher,
                        LocalChain.CHAIN_ID,
                        LocalChain.wallet(1),
                        rig.payeeJournal,
                        FeePolicy.standard(),
                        new TransactionManager.Scruple() {
                            @Override
                            public Optional<String> against(Intent intent) {
                                return Optional.empty();
                            }

                            @Override
                            public boolean isOfUse(Intent intent, long head) {
                                return EscrowCalls.mayStillWork(intent, head);
                            }
                        })) {
            Watch watch = new Watch();
            rig.watcher.add(watch);
            for (int i = 0; i < 3; i++) {
                long next = rig.chain.tip().number() + 1;
                rig.chain.mine(1);
                ChainSnapshot _ = watch.await("block " + next, s -> s.tip().number() >= next);
            }
            assertEquals(0, late.undone().size());
            assertEquals(nonce, nonce());
        }
    }

    private long nonce() {
        return rig.rpc
                .call("eth_getTransactionCount", rig.payee.account().toString(), "latest")
                .quantity();
    }

    @Test
    @DisplayName("A second endpoint that cannot agree after a start undoes nothing")
    void aLaggingStartUndoesNothing() throws IOException, InterruptedException {
        rig.settle(rig.payee, claim);
        rig.payee.close();
        try (Endpoints both =
                        new Endpoints(
                                JsonRpc.open(rig.chain.httpUrl()),
                                JsonRpc.open("http://127.0.0.1:1"));
                ChainWatcher watcher =
                        ChainWatcher.start(
                                both,
                                Rig.FAST,
                                Optional.of(new SecondOpinion(both)),
                                InstantSource.system());
                TransactionManager manager =
                        TransactionManager.start(
                                watcher,
                                LocalChain.CHAIN_ID,
                                LocalChain.wallet(1),
                                rig.payeeJournal,
                                FeePolicy.standard())) {
            Watch watch = new Watch();
            watcher.add(watch);
            ChainSnapshot seen = watch.await("a snapshot", ChainSnapshot::answering);
            assertEquals(0, seen.finalized().number());
            assertEquals(0, manager.undone().size());
        }
    }
}
