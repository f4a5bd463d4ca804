package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
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
import org.junit.jupiter.params.provider.ValueSource;

/// Gas becomes dear, or the account is poor, on a real chain whose base fee the test sets.
class FeeSpikeTest {
    private static final LocalChain.Mining MANUAL = new LocalChain.Mining.Manual();

    private Rig rig;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private List<Attempt> attempts(TransactionManager manager, String key) {
        return manager.find(key).orElseThrow().attempts();
    }

    private void submit(TransactionManager manager, Intent intent) throws InterruptedException {
        TransactionStatus _ = manager.submit(intent);
        rig.await(manager, intent.key(), _ -> manager.handedOver(intent.key()));
    }

    /// One empty block with this base fee: what was sent before is too cheap now.
    private void spike(String baseFee) {
        rig.chain.nextBaseFee(Wei.parse(baseFee));
        rig.chain.mine(1);
    }

    private void assertRaisedAtOneNonce(TransactionManager manager, Intent intent) {
        List<Attempt> all = attempts(manager, intent.key());
        assertTrue(all.size() > 1, "the fee was raised");
        for (int i = 1; i < all.size(); i++) {
            Wallet.Fee least = FeePolicy.replacing(all.get(i - 1).fee());
            assertTrue(all.get(i).fee().maxPerGas().compareTo(least.maxPerGas()) >= 0);
            assertTrue(all.get(i).fee().tipPerGas().compareTo(least.tipPerGas()) >= 0);
            assertEquals(all.getFirst().nonce(), all.get(i).nonce());
        }
        Wei most = new Wei(all.getLast().fee().maxPerGas()).times(intent.gasLimit());
        assertTrue(most.compareTo(intent.maxTotalFee()) <= 0, "never above what is at stake");
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "claim", "refund"})
    @DisplayName("R3: after a fee spike the fee rises at the same nonce, up to the value at stake")
    void aSpikeIsFollowedUpToTheStake(String what) throws InterruptedException {
        Secret32 key = Rig.newKey();
        Deal deal = rig.deal(key);
        TransactionManager manager = what.equals("claim") ? rig.payee : rig.payer;
        Intent intent = EscrowCalls.open(rig.rail, deal);
        if (!what.equals("open")) {
            rig.settle(rig.payer, intent);
        }
        if (what.equals("claim")) {
            intent = EscrowCalls.claim(rig.rail, deal, key);
        }
        if (what.equals("refund")) {
            rig.chain.warp(Duration.ofHours(2));
            rig.chain.mine(1);
            intent = EscrowCalls.refund(rig.rail, deal);
        }
        rig.chain.setMining(MANUAL);
        submit(manager, intent);
        spike("40 gwei");
        String name = intent.key();
        rig.await(manager, name, _ -> attempts(manager, name).size() > 1);
        // Above the stake: it waits, and says so.
        spike("300 gwei");
        rig.await(
                manager,
                name,
                _ -> manager.shortage(name).filter(Shortfall.Fee.class::isInstance).isPresent());
        Shortfall.Fee fee = (Shortfall.Fee) manager.shortage(name).orElseThrow();
        assertTrue(fee.fee().compareTo(fee.most()) > 0);
        assertEquals(deal.amount(), fee.most());
        rig.chain.nextBaseFee(Wei.parse("20 gwei"));
        TransactionStatus.Receipt receipt = rig.mineUntilIncluded(manager, name);
        assertTrue(receipt.succeeded());
        assertRaisedAtOneNonce(manager, intent);
        assertEquals(Optional.empty(), manager.shortage(name));
    }

    @Test
    @DisplayName("R3: a small claim that blocks a large one may cost what the large one is worth")
    void aSmallClaimDoesNotBlockALargeOne() throws InterruptedException {
        Secret32 smallKey = Rig.newKey();
        Secret32 largeKey = Rig.newKey();
        Deal small = withAmount(rig.deal(smallKey), "0.0002 eth");
        Deal large = withAmount(rig.deal(largeKey), "0.1 eth");
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, small));
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, large));
        rig.chain.setMining(MANUAL);
        Intent first = EscrowCalls.claim(rig.rail, small, smallKey);
        Intent second = EscrowCalls.claim(rig.rail, large, largeKey);
        submit(rig.payee, first);
        submit(rig.payee, second);
        assertTrue(
                attempts(rig.payee, first.key()).getFirst().nonce()
                        < attempts(rig.payee, second.key()).getFirst().nonce());
        // 130,000 gas at 30 gwei cost 0.0039 eth: more than the small wage, less than the large.
        for (int i = 0; i < 12 && rig.view(large).tip() != DealStatus.CLAIMED; i++) {
            rig.chain.nextBaseFee(Wei.parse("30 gwei"));
            Watch watch = new Watch();
            rig.watcher.add(watch);
            long next = rig.chain.tip().number() + 1;
            rig.chain.mine(1);
            ChainSnapshot _ = watch.await("block " + next, s -> s.tip().number() >= next);
            rig.watcher.remove(watch);
        }
        assertEquals(DealStatus.CLAIMED, rig.view(large).tip());
    }

    private static Deal withAmount(Deal d, String amount) {
        return new Deal(
                d.payer(),
                d.payee(),
                d.token(),
                Wei.parse(amount),
                d.claimBy(),
                d.salt(),
                d.lockKind(),
                d.lock(),
                d.termsHash());
    }

    @Test
    @DisplayName("R1, R3: no key is shown by an account that cannot pay for the claim")
    void aPoorAccountShowsNoKey() throws IOException, InterruptedException {
        Secret32 key = Rig.newKey();
        Wallet poor = new Wallet(Rig.newKey());
        Deal deal = rig.deal(key, poor.address(), Rig.random32());
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        try (ChainProxy node = new ChainProxy(rig.chain);
                JsonRpc rpc = JsonRpc.open(node.url());
                ChainWatcher watcher =
                        ChainWatcher.start(rpc, Rig.FAST, java.time.InstantSource.system());
                TransactionManager manager =
                        TransactionManager.start(
                                watcher,
                                LocalChain.CHAIN_ID,
                                poor,
                                new MemoryJournal(),
                                FeePolicy.standard())) {
            Intent claim = EscrowCalls.claim(rig.rail, deal, key);
            TransactionStatus.Pending pending =
                    assertInstanceOf(TransactionStatus.Pending.class, manager.submit(claim));
            assertTrue(pending.trouble().contains("send coins"), pending.trouble());
            Wei needed = manager.neededBalance().orElseThrow();
            assertFalse(manager.handedOver(claim.key()));
            assertTrue(
                    node.requests.stream().noneMatch(r -> r.contains("eth_sendRawTransaction")),
                    "no byte of it left");
            // Coins arrive: it goes on by itself.
            rig.include(rig.payer, pay(poor.address(), needed.times(2)));
            TransactionStatus _ =
                    manager.await(claim.key(), Rig.PATIENCE, s -> s.inBlock().isPresent());
            assertEquals(Optional.empty(), manager.neededBalance());
        }
    }

    @Test
    void aFeeIsRaisedAsFarAsTheAccountCanPayAndTheRestIsAnAlarm() throws InterruptedException {
        Wallet poor = new Wallet(Rig.newKey());
        rig.include(rig.payer, pay(poor.address(), Wei.parse("0.0004 eth")));
        rig.chain.setMining(MANUAL);
        try (TransactionManager manager =
                TransactionManager.start(
                        rig.watcher,
                        LocalChain.CHAIN_ID,
                        poor,
                        new MemoryJournal(),
                        FeePolicy.standard())) {
            Intent intent =
                    pay(Address.parse("0x00000000000000000000000000000000000000aa"), Wei.of(1));
            submit(manager, intent);
            spike("100 gwei");
            rig.await(
                    manager,
                    intent.key(),
                    _ ->
                            manager.shortage(intent.key())
                                    .filter(Shortfall.Balance.class::isInstance)
                                    .isPresent());
            rig.chain.nextBaseFee(Wei.of(7));
            TransactionStatus.Receipt _ = rig.mineUntilIncluded(manager, intent.key());
        }
    }

    private static Intent pay(Address to, Wei amount) {
        return new Intent(
                "pay " + to + " " + amount,
                Optional.of(to),
                CallData.of(new byte[0]),
                amount,
                21_000,
                Rig.ENOUGH,
                Intent.ANY_TIME,
                false);
    }

    @Test
    @DisplayName("R5: a refund that came a block too early is refused, and asked for again")
    void aRefusedRefundIsTriedAgain() throws InterruptedException {
        Secret32 key = Rig.newKey();
        Deal deal = rig.deal(key);
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        Intent refund = EscrowCalls.refund(rig.rail, deal);
        assertFalse(rig.settle(rig.payer, refund).succeeded());
        assertInstanceOf(TransactionStatus.Failed.class, rig.payer.submit(refund));
        rig.chain.warp(Duration.ofHours(2));
        rig.chain.mine(1);
        TransactionStatus _ = rig.payer.retry(refund);
        rig.await(rig.payer, refund.key(), s -> s.inBlock().isPresent());
        rig.chain.mine(Rig.DEPTH);
        rig.await(rig.payer, refund.key(), s -> s instanceof TransactionStatus.Final);
        assertEquals(DealStatus.REFUNDED, rig.view(deal).finalized());
        // What worked is never done twice.
        assertInstanceOf(TransactionStatus.Final.class, rig.payer.retry(refund));
    }
}
