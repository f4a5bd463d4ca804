package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.TransactionRecord.Attempt;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What can happen to a transaction, on a real chain: reorgs, dear gas, crashes, other users of the
/// account.
class TransactionManagerTest {
    private static final LocalChain.Mining MANUAL = new LocalChain.Mining.Manual();
    private static final Address TO = Address.parse("0x00000000000000000000000000000000000000aa");

    private Rig rig;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private static Intent payment(String key) {
        return new Intent(
                key,
                Optional.of(TO),
                CallData.of(new byte[0]),
                Wei.of(1),
                21_000,
                Rig.ENOUGH,
                Intent.ANY_TIME,
                false);
    }

    private static boolean isWaiting(TransactionStatus status) {
        return status.equals(new TransactionStatus.Pending(""));
    }

    private List<Attempt> attempts(TransactionManager manager, String key) {
        return manager.find(key).orElseThrow().attempts();
    }

    /// Waits until the node has it in its pool.
    private void awaitPool(TransactionManager manager, String key) throws InterruptedException {
        rig.await(
                manager,
                key,
                s ->
                        isWaiting(s)
                                && !rig.rpc
                                        .call(
                                                "eth_getTransactionByHash",
                                                "0x" + attempts(manager, key).getLast().hash())
                                        .isNull());
    }

    private void assertOnlyOnce(long times) {
        assertEquals(Wei.of(times), rig.chain.balance(TO));
    }

    @ParameterizedTest(name = "the {0}, {1} blocks deep")
    @CsvSource({
        "opening,1", "opening,2", "opening,3",
        "claim,1", "claim,2", "claim,3",
        "refund,1", "refund,2", "refund,3"
    })
    @DisplayName("R3: a transaction taken back by a reorg is sent again")
    void aReorgedTransactionIsSentAgain(String what, int depth) throws InterruptedException {
        var key = Rig.newKey();
        Deal deal = rig.deal(key);
        Intent open = EscrowCalls.open(rig.rail, deal);
        TransactionManager manager = rig.payer;
        Intent intent = open;
        if (what.equals("claim")) {
            rig.settle(rig.payer, open);
            manager = rig.payee;
            intent = EscrowCalls.claim(rig.rail, deal, key);
        }
        if (what.equals("refund")) {
            rig.settle(rig.payer, open);
            rig.chain.warp(Duration.ofHours(2));
            rig.chain.mine(1);
            intent = EscrowCalls.refund(rig.rail, deal);
        }
        DealStatus done =
                switch (what) {
                    case "claim" -> DealStatus.CLAIMED;
                    case "refund" -> DealStatus.REFUNDED;
                    default -> DealStatus.OPEN;
                };
        rig.include(manager, intent);
        rig.chain.setMining(MANUAL);
        rig.chain.mine(depth - 1);
        assertEquals(done, rig.view(deal).tip());
        rig.chain.reorg(depth);
        rig.await(manager, intent.key(), s -> s instanceof TransactionStatus.Pending);
        assertNotEquals(done, rig.view(deal).tip());
        awaitPool(manager, intent.key());
        if (what.equals("claim")) {
            // Public is public, whatever becomes of the block.
            assertTrue(rig.view(deal).revealed().isPresent());
        }
        rig.chain.mine(1 + Rig.DEPTH);
        TransactionStatus end = rig.await(manager, intent.key(), TransactionStatus::isFinished);
        assertInstanceOf(TransactionStatus.Final.class, end);
        assertEquals(done, rig.view(deal).finalized());
    }

    @Test
    @DisplayName("R3: the fee rises when the base fee jumps, at the same nonce")
    void theFeeRisesWithTheBaseFee() throws InterruptedException {
        rig.chain.setMining(MANUAL);
        TransactionStatus _ = rig.payer.submit(payment("a"));
        awaitPool(rig.payer, "a");
        Attempt first = attempts(rig.payer, "a").getFirst();
        rig.chain.nextBaseFee(Wei.parse("100 gwei"));
        rig.chain.mine(1);
        rig.await(rig.payer, "a", _ -> attempts(rig.payer, "a").size() > 1);
        awaitPool(rig.payer, "a");
        TransactionStatus.Receipt receipt = rig.mineUntilIncluded(rig.payer, "a");
        Attempt last = attempts(rig.payer, "a").getLast();
        assertEquals(last.hash(), receipt.transaction());
        assertEquals(first.nonce(), last.nonce());
        assertTrue(last.fee().maxPerGas().compareTo(first.fee().maxPerGas()) > 0);
        assertOnlyOnce(1);
    }

    @Test
    @DisplayName("R3: what no block takes is offered an eighth more, up to its bound and not above")
    void theFeeRisesUpToItsBound() throws InterruptedException {
        rig.chain.setMining(MANUAL);
        Intent intent = payment("a").withMaxTotalFee(Wei.parse("0.0001 eth"));
        TransactionStatus _ = rig.payer.submit(intent);
        awaitPool(rig.payer, "a");
        for (int i = 0; i < 40; i++) {
            int before = attempts(rig.payer, "a").size();
            // Blocks full of nothing: the base fee forced above what is offered.
            var offered = new Wei(attempts(rig.payer, "a").getLast().fee().maxPerGas());
            rig.chain.nextBaseFee(offered.times(2));
            rig.chain.mine(1);
            TransactionStatus status =
                    rig.await(
                            rig.payer,
                            "a",
                            s -> attempts(rig.payer, "a").size() > before || !isWaiting(s));
            if (status instanceof TransactionStatus.Pending(String trouble)
                    && trouble.contains("its fee has reached")) {
                break;
            }
        }
        List<Attempt> all = attempts(rig.payer, "a");
        assertTrue(all.size() > 1);
        for (int i = 1; i < all.size(); i++) {
            Wallet.Fee least = FeePolicy.replacing(all.get(i - 1).fee());
            assertTrue(all.get(i).fee().maxPerGas().compareTo(least.maxPerGas()) >= 0);
            assertTrue(all.get(i).fee().tipPerGas().compareTo(least.tipPerGas()) >= 0);
            assertEquals(all.getFirst().nonce(), all.get(i).nonce());
            Wei most = new Wei(all.get(i).fee().maxPerGas()).times(intent.gasLimit());
            assertTrue(most.compareTo(intent.maxTotalFee()) <= 0);
        }
        rig.chain.nextBaseFee(Wei.of(7));
        TransactionStatus.Receipt _ = rig.mineUntilIncluded(rig.payer, "a");
        assertOnlyOnce(1);
    }

    @Test
    void whatCannotBeIncludedIsNotShown() {
        TransactionStatus status =
                rig.payer.submit(payment("a").withMaxTotalFee(Wei.parse("0.001 gwei")));
        TransactionStatus.Pending pending =
                assertInstanceOf(TransactionStatus.Pending.class, status);
        assertTrue(pending.trouble().contains("gas costs more now"), pending.trouble());
        assertFalse(rig.payer.handedOver("a"));
    }

    /// A journal after whose write the process dies.
    private static final class Deadly extends MemoryJournal {
        private static final class Crash extends RuntimeException {
            private static final long serialVersionUID = 1;
        }

        boolean armed = true;

        @Override
        public synchronized void update(TransactionRecord transaction) {
            super.update(transaction);
            if (armed && transaction.attempts().size() == 1) {
                throw new Crash();
            }
        }
    }

    @Test
    @DisplayName("10b: killed between journal and broadcast, a restart sends the same bytes, once")
    void aRestartSendsTheSameBytes() throws InterruptedException {
        Deadly journal = new Deadly();
        try (TransactionManager dying = rig.manager(2, journal)) {
            assertThrows(Deadly.Crash.class, () -> dying.submit(payment("a")));
        }
        journal.armed = false;
        Attempt written = journal.find("a").orElseThrow().attempts().getFirst();
        assertFalse(written.handedOver());
        assertOnlyOnce(0);
        try (TransactionManager again = rig.manager(2, journal)) {
            // 10a: not handed over yet, so nothing is sent until the machine wants it again.
            rig.await(again, "a", s -> s instanceof TransactionStatus.Held);
            assertFalse(again.handedOver("a"));
            TransactionStatus.Receipt receipt = rig.settle(again, payment("a"));
            assertEquals(written.hash(), receipt.transaction());
            assertEquals(1, attempts(again, "a").size());
            assertInstanceOf(TransactionStatus.Final.class, again.submit(payment("a")));
        }
        assertOnlyOnce(1);
    }

    @Test
    @DisplayName("10a: killed after the broadcast, a restart goes on by itself")
    void aRestartPursuesWhatANodeKnows() throws InterruptedException {
        rig.chain.setMining(MANUAL);
        Deadly journal = new Deadly();
        try (TransactionManager dying = rig.manager(2, journal)) {
            assertThrows(Deadly.Crash.class, () -> dying.submit(payment("a")));
        }
        journal.armed = false;
        // The bytes reached the node, the note that they did was lost.
        CallData raw = journal.find("a").orElseThrow().attempts().getFirst().raw();
        rig.rpc.call("eth_sendRawTransaction", Hex.format(raw.expose()));
        try (TransactionManager again = rig.manager(2, journal)) {
            rig.await(again, "a", _ -> again.handedOver("a"));
            rig.chain.mine(1 + Rig.DEPTH);
            rig.await(again, "a", s -> s instanceof TransactionStatus.Final);
        }
        assertOnlyOnce(1);
    }

    @Test
    @DisplayName(
            "10a: past its time nothing is handed over, and later transactions are not blocked")
    void whatIsTooLateIsHeldAndBlocksNothing() throws InterruptedException {
        Deadly journal = new Deadly();
        Intent brief = payment("a").withHandOverBy(rig.chain.tip().timestamp() + 60);
        try (TransactionManager dying = rig.manager(2, journal)) {
            assertThrows(Deadly.Crash.class, () -> dying.submit(brief));
        }
        journal.armed = false;
        rig.chain.warp(Duration.ofMinutes(2));
        rig.chain.mine(1);
        ChainSnapshot _ = rig.watcher.refresh();
        try (TransactionManager again = rig.manager(2, journal)) {
            TransactionStatus told = again.submit(brief);
            assertInstanceOf(TransactionStatus.Held.class, told, told.toString());
            TransactionStatus.Receipt other = rig.settle(again, payment("b"));
            assertTrue(other.succeeded());
            assertFalse(again.handedOver("a"));
        }
        assertOnlyOnce(1);
    }

    @Test
    @DisplayName("R5: of two times to hand a transaction over, the later one holds in any order")
    void theLaterTimeToHandOverHolds() {
        long past = rig.chain.tip().timestamp() - 100;
        Intent early = payment("a").withHandOverBy(past);
        Intent late = payment("a").withHandOverBy(past + 50);
        for (Intent intent : List.of(early, late, early)) {
            assertInstanceOf(TransactionStatus.Held.class, rig.payer.submit(intent));
        }
        assertEquals(late, rig.payer.find("a").orElseThrow().intent());
    }

    @Test
    void aDroppedTransactionIsSentAgain() throws InterruptedException {
        rig.chain.setMining(MANUAL);
        TransactionStatus _ = rig.payer.submit(payment("a"));
        awaitPool(rig.payer, "a");
        rig.chain.drop(attempts(rig.payer, "a").getFirst().hash());
        rig.chain.mine(1);
        awaitPool(rig.payer, "a");
        TransactionStatus.Receipt _ = rig.mineUntilIncluded(rig.payer, "a");
        assertEquals(1, attempts(rig.payer, "a").size());
        assertOnlyOnce(1);
    }

    @Test
    @DisplayName("10b: a new nonce only once another transaction has finally taken the old one")
    void aNewNonceOnlyAfterFinalDisplacement() throws InterruptedException {
        rig.chain.setMining(MANUAL);
        TransactionStatus _ = rig.payer.submit(payment("a"));
        awaitPool(rig.payer, "a");
        Attempt first = attempts(rig.payer, "a").getFirst();
        // The owner of the wallet uses it elsewhere, at a higher fee.
        Eip1559 foreign =
                new Eip1559(
                        LocalChain.CHAIN_ID,
                        first.nonce(),
                        FeePolicy.replacing(FeePolicy.replacing(first.fee())),
                        21_000,
                        Optional.of(rig.payee.account()),
                        Wei.ZERO,
                        CallData.of(new byte[0]));
        rig.rpc.call(
                "eth_sendRawTransaction",
                Hex.format(LocalChain.wallet(0).sign(foreign).raw().expose()));
        rig.chain.mine(1);
        rig.await(
                rig.payer,
                "a",
                s ->
                        s instanceof TransactionStatus.Pending(String trouble)
                                && trouble.contains("another transaction took nonce"));
        assertEquals(first.nonce(), attempts(rig.payer, "a").getLast().nonce());
        rig.chain.mine(Rig.DEPTH);
        rig.await(rig.payer, "a", _ -> attempts(rig.payer, "a").getLast().nonce() > first.nonce());
        awaitPool(rig.payer, "a");
        TransactionStatus.Receipt _ = rig.mineUntilIncluded(rig.payer, "a");
        assertOnlyOnce(1);
    }

    @Test
    void manyAtOnceGetOneNonceEach() throws InterruptedException {
        rig.chain.setMining(MANUAL);
        for (int i = 0; i < 5; i++) {
            TransactionStatus _ = rig.payer.submit(payment("p" + i));
        }
        for (int i = 0; i < 5; i++) {
            awaitPool(rig.payer, "p" + i);
        }
        rig.chain.mine(1);
        for (int i = 0; i < 5; i++) {
            rig.await(rig.payer, "p" + i, s -> s.inBlock().isPresent());
            assertEquals(1, attempts(rig.payer, "p" + i).size());
        }
        assertOnlyOnce(5);
    }

    @Test
    void aKeyNamesOneTransactionForEver() throws InterruptedException {
        TransactionStatus.Receipt first = rig.include(rig.payer, payment("a"));
        assertEquals(first, rig.include(rig.payer, payment("a").withMaxTotalFee(Rig.WAGE)));
        Intent other = EscrowCalls.withdrawFor(rig.rail, TO, "a", Rig.WAGE);
        assertThrows(IllegalArgumentException.class, () -> rig.payer.submit(other));
        assertOnlyOnce(1);
    }

    @Test
    @DisplayName("A node that is down when something is submitted gets it when it is back")
    void aSubmissionWaitsForTheNode() throws IOException, InterruptedException {
        rig.chain.stop();
        Watch watch = new Watch();
        rig.watcher.add(watch);
        watch.await("silence", s -> !s.answering());
        TransactionStatus.Pending pending =
                assertInstanceOf(TransactionStatus.Pending.class, rig.payer.submit(payment("a")));
        assertTrue(pending.trouble().contains("127.0.0.1"), pending.trouble());
        rig.chain.restart();
        rig.await(rig.payer, "a", s -> s.inBlock().isPresent());
        assertOnlyOnce(1);
    }

    @Test
    void errorsAndRecordsNeverShowTheSecret() {
        var key = Rig.newKey();
        Deal deal = rig.deal(key);
        Intent claim = EscrowCalls.claim(rig.rail, deal, key);
        String secret = Hex.format(key.expose()).substring(2);
        assertFalse(claim.toString().contains(secret));
        TransactionStatus _ = rig.payee.submit(claim);
        assertFalse(rig.payee.find(claim.key()).orElseThrow().toString().contains(secret));
    }
}
