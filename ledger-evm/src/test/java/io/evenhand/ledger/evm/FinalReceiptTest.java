package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What it takes until a transaction is over for good: its receipt once more, or its event.
class FinalReceiptTest {
    private Rig rig;
    private ChainProxy node;
    private JsonRpc rpc;
    private ChainWatcher watcher;
    private Escrow escrow;
    private TransactionManager manager;
    private final Watch watch = new Watch();

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
        node = new ChainProxy(rig.chain);
        rpc = JsonRpc.open(node.url());
        watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system());
        escrow = new Escrow(watcher, Optional.empty());
        // The payer's own manager would send under the same nonces.
        rig.payer.close();
        manager =
                TransactionManager.start(
                        watcher,
                        LocalChain.CHAIN_ID,
                        LocalChain.wallet(0),
                        new MemoryJournal(),
                        FeePolicy.standard(),
                        new TransactionManager.Scruple() {
                            @Override
                            public Optional<String> against(Intent intent) {
                                return Optional.empty();
                            }

                            @Override
                            public boolean isSeen(
                                    Intent intent,
                                    TransactionStatus.Receipt receipt,
                                    ChainSnapshot chain) {
                                return EscrowCalls.isOfDeal(rig.rail, intent)
                                        && escrow.saw(rig.rail, intent, receipt, chain);
                            }
                        });
        watcher.add(watch);
    }

    @AfterEach
    void stop() {
        manager.close();
        watcher.close();
        rpc.close();
        node.close();
        rig.close();
    }

    private long receipts() {
        return node.requests.stream().filter(r -> r.contains("eth_getTransactionReceipt")).count();
    }

    private void awaitFinal() {
        long last = rig.chain.tip().number() - Rig.DEPTH;
        // The manager hears of it before this listener does.
        ChainSnapshot _ = watch.await("the final block", s -> s.finalized().number() >= last);
    }

    /// A node that hides the receipt when its block is final decides nothing.
    private void isAskedForAgain(Intent open) throws InterruptedException {
        node.result("eth_getTransactionReceipt", "null");
        rig.chain.mine(Rig.DEPTH);
        awaitFinal();
        assertFalse(manager.find(open.key()).orElseThrow().status().isFinished());
        node.tellTheTruth();
        assertInstanceOf(
                TransactionStatus.Final.class,
                rig.await(manager, open.key(), TransactionStatus::isFinished));
    }

    @Test
    @DisplayName("A receipt that is gone when its block is final does not end a transaction")
    void aReceiptIsAskedForAgain() throws InterruptedException {
        Deal deal = rig.deal(Rig.newKey());
        Intent open = EscrowCalls.open(rig.rail, deal);
        rig.include(manager, open);
        isAskedForAgain(open);
    }

    @Test
    @DisplayName("The event of a followed deal says as much as its receipt once more")
    void anEventIsEnough() throws InterruptedException {
        Deal deal = rig.deal(Rig.newKey());
        Intent open = EscrowCalls.open(rig.rail, deal);
        assertEquals(DealStatus.ABSENT, escrow.follow(rig.rail, deal, 0).tip());
        rig.include(manager, open);
        long before = receipts();
        rig.chain.mine(Rig.DEPTH);
        assertInstanceOf(
                TransactionStatus.Final.class,
                rig.await(manager, open.key(), TransactionStatus::isFinished));
        assertEquals(before, receipts());
    }

    @Test
    @DisplayName("Without the event the receipt decides")
    void aMissingEventIsNotEnough() throws InterruptedException {
        Deal deal = rig.deal(Rig.newKey());
        Intent open = EscrowCalls.open(rig.rail, deal);
        assertEquals(DealStatus.ABSENT, escrow.follow(rig.rail, deal, 0).tip());
        node.result("eth_getLogs", "[]");
        rig.include(manager, open);
        isAskedForAgain(open);
    }
}
