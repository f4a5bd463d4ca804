package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.TransactionRecord.Attempt;
import java.io.IOException;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Another client sends transactions from the same wallet: no claim is held up beyond some blocks.
class SharedWalletTest {
    private static final LocalChain.Mining MANUAL = new LocalChain.Mining.Manual();
    private static final int PAYEE = 1;

    private final Secret32 key = Rig.newKey();
    private Rig rig;
    private Intent claim;
    private Deal deal;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
        deal = rig.deal(key);
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        claim = EscrowCalls.claim(rig.rail, deal, key);
        rig.chain.setMining(MANUAL);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private long nextNonce() {
        return rig.rpc
                .call("eth_getTransactionCount", rig.payee.account().toString(), "latest")
                .quantity();
    }

    private Bytes32 foreign(long nonce, Wallet.Fee fee) {
        Eip1559 transaction =
                new Eip1559(
                        LocalChain.CHAIN_ID,
                        nonce,
                        fee,
                        21_000,
                        Optional.of(rig.payer.account()),
                        Wei.ZERO,
                        CallData.of(new byte[0]));
        CallData raw = LocalChain.wallet(PAYEE).sign(transaction).raw();
        return rig.rpc.call("eth_sendRawTransaction", Hex.format(raw.expose())).hash();
    }

    private static Wallet.Fee fee(long max, long tip) {
        return new Wallet.Fee(BigInteger.valueOf(max), BigInteger.valueOf(tip));
    }

    private long claimNonce() {
        return rig.payee.find(claim.key()).orElseThrow().attempts().getLast().nonce();
    }

    private long receiptBlock(Bytes32 transaction) {
        return rig.chain.receipt(transaction).orElseThrow().block();
    }

    private void assertClaimed() throws InterruptedException {
        TransactionStatus.Receipt receipt = rig.mineUntilIncluded(rig.payee, claim.key());
        assertTrue(receipt.succeeded());
        assertEquals(DealStatus.CLAIMED, rig.view(deal).tip());
        rig.chain.mine(Rig.DEPTH);
        assertInstanceOf(
                TransactionStatus.Final.class,
                rig.await(rig.payee, claim.key(), TransactionStatus::isFinished));
    }

    @ParameterizedTest(name = "{0} of them")
    @ValueSource(ints = {1, 3})
    @DisplayName("R3: foreign transactions that no block takes do not hold a claim up")
    void stuckForeignTransactionsDoNotHoldAClaimUp(int count)
            throws IOException, InterruptedException {
        long first = nextNonce();
        rig.chain.nextBaseFee(Wei.of(1_000));
        rig.chain.mine(1);
        for (int i = 0; i < count; i++) {
            // Below every base fee to come.
            foreign(first + i, fee(1_000_000, 1_000));
        }
        rig.chain.nextBaseFee(Wei.parse("1 gwei"));
        rig.chain.mine(1);
        try (ChainProxy node = new ChainProxy(rig.chain);
                JsonRpc rpc = JsonRpc.open(node.url());
                ChainWatcher watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system())) {
            // Most nodes count what waits in their pool, this one only what the next block takes.
            node.result("pending", "\"" + Blocks.quantity(first + count) + "\"");
            TransactionManager manager =
                    TransactionManager.start(
                            watcher,
                            LocalChain.CHAIN_ID,
                            LocalChain.wallet(PAYEE),
                            new MemoryJournal(),
                            FeePolicy.standard());
            TransactionStatus _ = manager.submit(claim);
            rig.await(manager, claim.key(), _ -> manager.handedOver(claim.key()));
            assertEquals(
                    first + count,
                    manager.find(claim.key()).orElseThrow().attempts().getLast().nonce());
            Watch watch = new Watch();
            watcher.add(watch);
            for (int i = 0; i < 40 && nextNonce() <= first + count; i++) {
                rig.chain.nextBaseFee(Wei.parse("1 gwei"));
                long next = rig.chain.tip().number() + 1;
                rig.chain.mine(1);
                ChainSnapshot _ = watch.await("block " + next, s -> s.tip().number() >= next);
            }
            TransactionStatus end = rig.await(manager, claim.key(), s -> s.inBlock().isPresent());
            assertTrue(end.inBlock().orElseThrow().succeeded());
        }
        assertEquals(DealStatus.CLAIMED, rig.view(deal).tip());
    }

    @Test
    @DisplayName(
            "R3: a claim whose nonce another client took goes on at once, not when that is final")
    void aDisplacedClaimGoesOnAtOnce() throws InterruptedException {
        TransactionStatus _ = rig.payee.submit(claim);
        rig.await(rig.payee, claim.key(), _ -> rig.payee.handedOver(claim.key()));
        var last = rig.payee.find(claim.key()).orElseThrow().attempts().getLast();
        Bytes32 foreign =
                foreign(last.nonce(), FeePolicy.replacing(FeePolicy.replacing(last.fee())));
        rig.chain.mine(1);
        rig.await(rig.payee, claim.key(), _ -> claimNonce() > last.nonce());
        // The foreign one is in the newest block, so it is not final.
        assertEquals(receiptBlock(foreign), rig.chain.tip().number());
        assertClaimed();
    }

    @Test
    @DisplayName(
            "R3: a foreign transaction with a nonce far ahead leaves no gap that holds a claim up")
    void aForeignNonceAheadHoldsNothingUp() throws InterruptedException {
        long first = nextNonce();
        Wallet.Fee fair = FeePolicy.market(rig.rpc, rig.chain.tip()).offer();
        foreign(first + 1, fair);
        foreign(first + 5, fair);
        TransactionStatus _ = rig.payee.submit(claim);
        rig.await(rig.payee, claim.key(), _ -> rig.payee.handedOver(claim.key()));
        assertEquals(first, claimNonce());
        assertClaimed();
    }

    @Test
    @DisplayName("R3: a claim that the account cannot pay for any more goes on when it can")
    void aDrainedAccountGoesOnWhenItCan() throws InterruptedException {
        TransactionStatus _ = rig.payee.submit(claim);
        rig.await(rig.payee, claim.key(), _ -> rig.payee.handedOver(claim.key()));
        Attempt first = rig.payee.find(claim.key()).orElseThrow().attempts().getLast();
        setBalance("0x0");
        rig.chain.drop(first.hash());
        rig.chain.mine(1);
        rig.await(
                rig.payee,
                claim.key(),
                s ->
                        s instanceof TransactionStatus.Pending(String trouble)
                                && trouble.toLowerCase(Locale.ROOT).contains("funds"));
        setBalance("0xde0b6b3a7640000");
        assertClaimed();
    }

    private void setBalance(String amount) {
        rig.rpc.call("anvil_setBalance", rig.payee.account().toString(), amount);
    }

    @Test
    @DisplayName("10b: a deposit whose nonce another client took waits until that is final")
    void aDisplacedDepositWaits() throws InterruptedException {
        Intent open = EscrowCalls.open(rig.rail, rig.deal(Rig.newKey()));
        TransactionStatus _ = rig.payee.submit(open);
        rig.await(rig.payee, open.key(), _ -> rig.payee.handedOver(open.key()));
        var last = rig.payee.find(open.key()).orElseThrow().attempts().getLast();
        foreign(last.nonce(), FeePolicy.replacing(FeePolicy.replacing(last.fee())));
        rig.chain.mine(1);
        rig.await(
                rig.payee,
                open.key(),
                s ->
                        s instanceof TransactionStatus.Pending(String trouble)
                                && trouble.contains("waiting until final"));
        assertEquals(
                last.nonce(),
                rig.payee.find(open.key()).orElseThrow().attempts().getLast().nonce());
    }
}
