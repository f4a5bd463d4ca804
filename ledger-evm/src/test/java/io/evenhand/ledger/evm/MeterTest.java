package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.deal.ChannelView.Status;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A channel's life seen through this rail, on a real chain.
class MeterTest {
    private MeterRig rig;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new MeterRig();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private static void assertState(ChannelView.State state, Status status, Wei deposit) {
        assertEquals(status, state.status());
        assertEquals(deposit, state.deposit());
        assertEquals(deposit.equals(Wei.ZERO), state.openedAt() == 0);
    }

    @Test
    @DisplayName("Opened, topped up and closed; open + close cost at most 93,500 gas")
    void aChannelIsOpenedAndClosed() throws InterruptedException {
        MeterChannel _ = rig.opened();
        MeterChannel channel = rig.channel();
        ChannelView before = rig.view(channel);
        assertState(before.tip(), Status.ABSENT, Wei.ZERO);
        assertState(before.finalized(), Status.ABSENT, Wei.ZERO);
        assertEquals(0, before.openings());
        assertEquals(MeterCode.hash(), before.codeHash());

        TransactionStatus.Receipt open =
                rig.rig.include(
                        rig.rig.payer, MeterCalls.open(rig.rail, channel, MeterRig.DEPOSIT));
        ChannelView opened = rig.view(channel);
        assertState(opened.tip(), Status.OPEN, MeterRig.DEPOSIT);
        assertState(opened.finalized(), Status.ABSENT, Wei.ZERO);
        assertEquals(1, opened.openings());
        assertEquals(
                Blocks.byHash(rig.rig.rpc, open.blockHash()).timestamp(), opened.tip().openedAt());
        rig.rig.chain.mine(Rig.DEPTH);
        assertState(rig.view(channel).finalized(), Status.OPEN, MeterRig.DEPOSIT);

        Wei more = Wei.parse("0.02 eth");
        TransactionStatus.Receipt topUp =
                rig.rig.include(rig.rig.payer, MeterCalls.topUp(rig.rail, channel, 0, more));
        Wei sum = MeterRig.DEPOSIT.plus(more);
        assertState(rig.view(channel).tip(), Status.OPEN, sum);
        assertState(rig.view(channel).finalized(), Status.OPEN, MeterRig.DEPOSIT);
        rig.rig.chain.mine(Rig.DEPTH);
        assertState(rig.view(channel).finalized(), Status.OPEN, sum);

        Wei balance = rig.rig.chain.balance(channel.payee());
        MeterPair pair = rig.pair(channel, MeterRig.TOTAL);
        assertEquals(Optional.empty(), MeterHashes.fault(rig.rail, channel, pair, sum));
        assertEquals(Optional.empty(), rig.view(channel).secret());
        TransactionStatus.Receipt close = rig.close(channel, pair);
        ChannelView closed = rig.view(channel);
        assertState(closed.tip(), Status.CLOSED, Wei.ZERO);
        assertState(closed.finalized(), Status.OPEN, sum);
        assertEquals(Optional.of(pair.key()), closed.secret());
        assertEquals(
                balance.plus(pair.total()),
                rig.rig.chain.balance(channel.payee()).plus(close.fee()));
        rig.rig.chain.mine(Rig.DEPTH);
        assertState(rig.view(channel).finalized(), Status.CLOSED, Wei.ZERO);
        long gas = open.gasUsed() + close.gasUsed();
        assertTrue(gas <= 93_500, open.gasUsed() + " + " + close.gasUsed());
        assertTrue(topUp.gasUsed() <= 27_700, "top-up " + topUp.gasUsed());
    }

    @Test
    @DisplayName("A-I4: refunded from the timeout on, for at most 35,000 gas")
    void aChannelIsRefunded() throws InterruptedException {
        MeterChannel channel = rig.opened();
        Intent refund = MeterCalls.refund(rig.rail, channel, Rig.ENOUGH);
        assertFalse(rig.rig.include(rig.rig.payee, refund.withKey("too early")).succeeded());
        rig.rig.chain.warp(Duration.ofHours(2));
        TransactionStatus.Receipt receipt = rig.rig.settle(rig.rig.payer, refund);
        assertTrue(receipt.succeeded());
        assertTrue(receipt.gasUsed() <= 35_000, "refund " + receipt.gasUsed());
        ChannelView view = rig.view(channel);
        assertState(view.tip(), Status.REFUNDED, Wei.ZERO);
        assertState(view.finalized(), Status.REFUNDED, Wei.ZERO);
        assertEquals(Optional.empty(), view.secret());
    }

    @Test
    void aReleasedChannelIsReleased() throws InterruptedException {
        MeterChannel channel = rig.opened();
        rig.rig.settle(rig.rig.payee, MeterCalls.release(rig.rail, channel, Rig.ENOUGH));
        assertState(rig.view(channel).finalized(), Status.RELEASED, Wei.ZERO);
    }

    @Test
    @DisplayName("F8: a stranger closes with the payee's Close, from notBefore on")
    void aTowerCloses() throws InterruptedException {
        MeterChannel drawn = rig.channel();
        Address payee = drawn.payee();
        MeterChannel channel = rig.opened();
        MeterPair pair = rig.pair(channel, MeterRig.TOTAL);
        long notBefore = channel.timeout() - 600;
        Bytes32 id = MeterHashes.channel(rig.rail, channel);
        byte[] digest = MeterHashes.close(rig.rail, id, pair.total(), pair.lock(), notBefore);
        var payeeKey = LocalChain.key(1);
        CompactSignature close = MeterHashes.sign(digest, payeeKey, Secp256k1.publicKey(payeeKey));
        Intent call = MeterCalls.closeFor(rig.rail, channel, pair, notBefore, close, Rig.ENOUGH);
        Wallet stranger = LocalChain.wallet(6);
        assertFalse(rig.rig.chain.execute(stranger, call).succeeded(), "before notBefore");
        rig.rig.chain.nextTimestamp(notBefore);
        Wei before = rig.rig.chain.balance(payee);
        assertTrue(rig.rig.chain.execute(stranger, call).succeeded());
        assertEquals(before.plus(pair.total()), rig.rig.chain.balance(payee));
        rig.rig.chain.mine(Rig.DEPTH);
        MeterMoment closed = rig.meter.history(rig.rail, channel, 0).getLast();
        assertEquals(Optional.of(pair.total()), closed.total());
    }

    @Test
    @DisplayName("G11: the amount is read from the transaction itself, and from nothing else")
    void anAmountIsProvedByTheTransactionAlone() throws InterruptedException {
        MeterChannel direct = rig.opened();
        MeterPair pair = rig.pair(direct, MeterRig.TOTAL);
        rig.close(direct, pair);
        Address wallet = rig.forwarder();
        MeterChannel plain = rig.channel();
        MeterChannel through =
                new MeterChannel(
                        plain.payer(), wallet, plain.signer(), plain.timeout(), plain.xid());
        rig.rig.include(rig.rig.payer, MeterCalls.open(rig.rail, through, MeterRig.DEPOSIT));
        MeterPair other = rig.pair(through, MeterRig.TOTAL);
        CallData data = MeterCalls.close(rig.rail, through, other).data();
        assertTrue(rig.rig.include(rig.rig.payee, rig.call(wallet, "through", data)).succeeded());
        rig.rig.chain.mine(Rig.DEPTH);

        List<MeterMoment> all = rig.meter.history(rig.rail, direct, 0);
        assertEquals(
                List.of(MeterMoment.Kind.OPENED, MeterMoment.Kind.CLOSED),
                all.stream().map(MeterMoment::kind).toList());
        assertEquals(Optional.of(pair.total()), all.getLast().total());
        assertEquals(Optional.of(pair.key()), all.getLast().secret());
        MeterMoment indirect = rig.meter.history(rig.rail, through, 0).getLast();
        assertEquals(Optional.of(other.key()), indirect.secret());
        assertEquals(Optional.empty(), indirect.total(), "amount not proved");
        assertEquals(MeterRig.TOTAL, rig.rig.chain.balance(wallet));
    }

    @Test
    @DisplayName("F11: a channel that its payer opens once more is seen to be, and stays closed")
    void aReopeningIsSeen() throws InterruptedException {
        MeterChannel channel = rig.opened();
        MeterPair pair = rig.pair(channel, MeterRig.TOTAL);
        rig.close(channel, pair);
        Intent again = MeterCalls.open(rig.rail, channel, MeterRig.DEPOSIT).withKey("again");
        assertTrue(rig.rig.include(rig.rig.payer, again).succeeded());
        ChannelView view = rig.view(channel);
        assertEquals(2, view.openings());
        assertState(view.tip(), Status.CLOSED, MeterRig.DEPOSIT);
        assertEquals(Optional.of(pair.key()), view.secret());
    }

    @Test
    @DisplayName("A reorg that takes a top-up and an opening back is seen at the next look")
    void aReorgIsSeen() throws InterruptedException {
        MeterChannel channel = rig.opened();
        rig.rig.chain.mine(Rig.DEPTH);
        Wei more = Wei.parse("0.02 eth");
        rig.rig.include(rig.rig.payer, MeterCalls.topUp(rig.rail, channel, 0, more));
        MeterChannel fresh = rig.opened();
        assertState(rig.view(fresh).tip(), Status.OPEN, MeterRig.DEPOSIT);
        rig.rig.chain.setMining(new LocalChain.Mining.Manual());
        rig.rig.payer.close();
        rig.rig.chain.reorg(2);
        ChannelView back =
                rig.awaitView(
                        channel, "the reorg", v -> v.tip().deposit().equals(MeterRig.DEPOSIT));
        assertState(back.tip(), Status.OPEN, MeterRig.DEPOSIT);
        assertState(rig.view(fresh).tip(), Status.ABSENT, Wei.ZERO);
        assertEquals(0, rig.view(fresh).openings());
    }

    @Test
    @DisplayName("R3: a closing that a reorg takes back is sent again, at its one nonce")
    void aClosingSurvivesAReorg() throws InterruptedException {
        MeterChannel channel = rig.opened();
        rig.rig.chain.mine(Rig.DEPTH);
        MeterPair pair = rig.pair(channel, MeterRig.TOTAL);
        TransactionStatus.Receipt _ = rig.close(channel, pair);
        rig.rig.chain.reorg(1);
        String key = MeterCalls.key(rig.rail, channel, "close");
        assertTrue(rig.rig.mineUntilIncluded(rig.rig.payee, key).succeeded());
        long nonces =
                rig.rig.payeeJournal.find(key).orElseThrow().attempts().stream()
                        .map(TransactionRecord.Attempt::nonce)
                        .distinct()
                        .count();
        assertEquals(1, nonces, "all forms of it exclude each other");
        ChannelView view = rig.awaitView(channel, "closed", v -> v.tip().status() == Status.CLOSED);
        assertEquals(Optional.of(pair.key()), view.secret());
    }

    @Test
    @DisplayName("A restart sends the journalled closing and no other, and one more asks in vain")
    void aClosingIsJournalledBeforeItIsSent() throws InterruptedException {
        MeterChannel channel = rig.opened();
        rig.rig.chain.setMining(new LocalChain.Mining.Manual());
        Intent close = MeterCalls.close(rig.rail, channel, rig.pair(channel, MeterRig.TOTAL));
        TransactionStatus _ = rig.rig.payee.submit(close);
        TransactionStatus _ =
                rig.rig.await(
                        rig.rig.payee, close.key(), _ -> rig.rig.payee.handedOver(close.key()));
        Bytes32 signed = lastAttempt(rig.rig.payeeJournal, close.key());
        rig.rig.payee.close();
        TransactionManager after = rig.rig.manager(1, rig.rig.payeeJournal);
        Intent newer = MeterCalls.close(rig.rail, channel, rig.pair(channel, MeterRig.DEPOSIT));
        assertThrows(IllegalArgumentException.class, () -> after.submit(newer));
        TransactionStatus.Receipt receipt = rig.rig.mineUntilIncluded(after, close.key());
        assertEquals(signed, receipt.transaction());
        assertTrue(receipt.succeeded());
    }

    private static Bytes32 lastAttempt(TransactionJournal journal, String key) {
        return journal.find(key).orElseThrow().attempts().getLast().hash();
    }

    @Test
    @DisplayName("Fixed gas limits hold for the worst recipients, and their credit waits for them")
    void gasLimitsAreEnough() throws InterruptedException {
        Address payer = Address.of(Rig.random32().toByteArray(), 0, 20);
        var rpc = rig.rig.rpc;
        RpcResult _ = rpc.call("anvil_setBalance", payer.toString(), "0x8ac7230489e80000");
        RpcResult _ = rpc.call("anvil_impersonateAccount", payer.toString());
        MeterChannel drawn = rig.channel();
        MeterChannel channel =
                new MeterChannel(
                        payer, drawn.payee(), drawn.signer(), drawn.timeout(), drawn.xid());
        Intent open = MeterCalls.open(rig.rail, channel, MeterRig.DEPOSIT);
        RpcResult _ =
                rpc.call(
                        "eth_sendTransaction",
                        Map.of(
                                "from", payer.toString(),
                                "to", rig.rail.contract().toString(),
                                "value", "0x" + open.value().value().toString(16),
                                "gas", Blocks.quantity(open.gasLimit()),
                                "data", Hex.format(open.data().expose())));
        ChannelView _ = rig.awaitView(channel, "opened", v -> v.tip().status() == Status.OPEN);
        // Burns all gas it gets, then refuses.
        RpcResult _ = rpc.call("anvil_setCode", payer.toString(), "0x5b5f56");
        assertTrue(rig.close(channel, rig.pair(channel, MeterRig.TOTAL)).succeeded());
        Wei rest = new Wei(MeterRig.DEPOSIT.value().subtract(MeterRig.TOTAL.value()));
        assertEquals(rest, rig.meter.credit(rig.rail, payer));
        RpcResult _ = rpc.call("anvil_setCode", payer.toString(), "0x");
        Wei before = rig.rig.chain.balance(payer);
        Intent withdraw = MeterCalls.withdrawFor(rig.rail, payer, "credit", Rig.ENOUGH);
        assertTrue(rig.rig.include(rig.rig.payee, withdraw).succeeded());
        assertEquals(before.plus(rest), rig.rig.chain.balance(payer));
        assertEquals(Wei.ZERO, rig.meter.credit(rig.rail, payer));
    }

    @Test
    @DisplayName("D17: the escrow is no meter; wrong chain, wrong hash and no contract are refused")
    void onlyTheKnownContractPasses() {
        rig.meter.check(rig.rail);
        assertMismatch(rig.rig.rail, "code hash");
        Rail rail = rig.rail;
        assertMismatch(new Rail(1, rail.contract(), rail.codeHash()), "serves chain 31337");
        Address nobody = Address.parse("0x00000000000000000000000000000000000000aa");
        assertMismatch(new Rail(rail.chainId(), nobody, rail.codeHash()), "no contract");
        Address escrow = rig.rig.rail.contract();
        assertMismatch(new Rail(rail.chainId(), escrow, rail.codeHash()), "another contract");
    }

    private void assertMismatch(Rail rail, String part) {
        LedgerException e = assertThrows(LedgerException.class, () -> rig.meter.check(rail));
        assertInstanceOf(LedgerException.Kind.Mismatch.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }

    @Test
    void whatIsForgottenIsReadAnew() throws InterruptedException {
        MeterChannel channel = rig.opened();
        assertState(rig.view(channel).tip(), Status.OPEN, MeterRig.DEPOSIT);
        rig.meter.forget(rig.rail, channel);
        rig.meter.forget(rig.rail, channel);
        rig.rig.include(rig.rig.payee, MeterCalls.release(rig.rail, channel, Rig.ENOUGH));
        assertState(rig.view(channel).tip(), Status.RELEASED, Wei.ZERO);
        assertTrue(rig.meter.dearestClose().compareTo(rig.meter.openFee()) > 0);
    }
}
