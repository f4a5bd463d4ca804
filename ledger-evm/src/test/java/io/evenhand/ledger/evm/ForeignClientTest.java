package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A stranger with a client of its own sends transactions to the same contract.
class ForeignClientTest {
    private static final Wallet STRANGER = LocalChain.wallet(6);

    private final Secret32 key = Rig.newKey();
    private final RevealedKey revealed = new RevealedKey(Bytes32.of(key.expose()));
    private Rig rig;
    private Deal deal;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
        deal = rig.deal(key);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private Receipt foreign(Intent intent) {
        return rig.chain.execute(STRANGER, intent);
    }

    private static Deal like(Deal deal, Wei amount) {
        return new Deal(
                STRANGER.address(),
                deal.payee(),
                deal.token(),
                amount,
                deal.claimBy(),
                deal.salt(),
                deal.lockKind(),
                deal.lock(),
                deal.termsHash());
    }

    @Test
    @DisplayName(
            "D8: a stranger's deal of the same fields first is another deal, whatever it holds")
    void aCopyOfTheDealChangesNothing() throws InterruptedException {
        assertFalse(foreign(EscrowCalls.open(rig.rail, deal)).succeeded());
        assertTrue(foreign(EscrowCalls.open(rig.rail, like(deal, deal.amount()))).succeeded());
        assertTrue(foreign(EscrowCalls.open(rig.rail, like(deal, Wei.of(1)))).succeeded());
        DealView before = rig.view(deal);
        assertEquals(DealStatus.ABSENT, before.tip());
        assertFalse(before.otherDeal());
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        assertEquals(DealStatus.OPEN, rig.view(deal).finalized());
        // The key opens the copies too: the payee may take the stranger's money as well.
        rig.settle(rig.payee, EscrowCalls.claim(rig.rail, deal, key));
        assertEquals(DealStatus.CLAIMED, rig.view(deal).finalized());
        assertTrue(
                foreign(EscrowCalls.claim(rig.rail, like(deal, Wei.of(1)), revealed)).succeeded());
    }

    @Test
    @DisplayName("R5: a stranger's refund is refused before claimBy, and after it pays the payer")
    void aForeignRefundPaysThePayer() throws InterruptedException {
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        assertFalse(foreign(EscrowCalls.refund(rig.rail, deal)).succeeded());
        assertFalse(foreign(EscrowCalls.release(rig.rail, deal)).succeeded());
        assertEquals(DealStatus.OPEN, rig.view(deal).tip());
        rig.chain.warp(Duration.ofHours(2));
        Wei before = rig.chain.balance(deal.payer());
        assertTrue(foreign(EscrowCalls.refund(rig.rail, deal)).succeeded());
        assertEquals(before.plus(deal.amount()), rig.chain.balance(deal.payer()));
        Receipt ours = rig.settle(rig.payer, EscrowCalls.refund(rig.rail, deal));
        assertFalse(ours.succeeded());
        assertEquals(DealStatus.REFUNDED, rig.view(deal).finalized());
    }

    @Test
    @DisplayName(
            "D8: a stranger's batch with our deal does nothing with a wrong key, pays with ours")
    void aForeignBatchPaysThePayeeOrDoesNothing() throws InterruptedException {
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        DealView _ = rig.view(deal);
        Secret32 other = Rig.newKey();
        Deal side = rig.deal(other);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, side));
        RevealedKey wrong = new RevealedKey(Bytes32.of(other.expose()));
        List<Deal> batch = List.of(deal, side, deal);
        assertTrue(
                foreign(
                                EscrowCalls.claimMany(
                                        rig.rail, batch, List.of(wrong, wrong, wrong), "wrong"))
                        .succeeded());
        DealView view = rig.view(deal);
        assertEquals(DealStatus.OPEN, view.tip());
        assertEquals(Optional.empty(), view.revealed());
        assertEquals(DealStatus.CLAIMED, rig.view(side).tip());
        Wei before = rig.chain.balance(deal.payee());
        assertTrue(
                foreign(
                                EscrowCalls.claimMany(
                                        rig.rail,
                                        List.of(deal, deal),
                                        List.of(revealed, revealed),
                                        "copied"))
                        .succeeded());
        assertEquals(before.plus(deal.amount()), rig.chain.balance(deal.payee()));
        TransactionStatus _ = rig.payee.submit(EscrowCalls.claim(rig.rail, deal, key));
        rig.chain.mine(Rig.DEPTH + 1);
        assertInstanceOf(
                TransactionStatus.Failed.class,
                rig.await(
                        rig.payee,
                        EscrowCalls.claimKey(rig.rail, deal),
                        TransactionStatus::isFinished));
        assertEquals(DealStatus.CLAIMED, rig.view(deal).finalized());
        assertEquals(Optional.of(revealed), rig.view(deal).revealed());
    }

    @Test
    @DisplayName("T12: calls of the greatest size, full of false claims, hide no key")
    void hugeCallsHideNothing() throws InterruptedException {
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        DealView _ = rig.view(deal);
        byte[] junk = new byte[100 << 10];
        byte[] claim = EscrowAbi.selector(EscrowAbi.CLAIM);
        byte[] many = EscrowAbi.selector(EscrowAbi.CLAIM_MANY);
        for (int at = 0; at + 8 <= junk.length; at += 8) {
            System.arraycopy(claim, 0, junk, at, 4);
            System.arraycopy(many, 0, junk, at + 4, 4);
        }
        List<byte[]> calls = new ArrayList<>(List.of(junk));
        byte[] offsets = junk.clone();
        Arrays.fill(offsets, 4, offsets.length, (byte) 0xff);
        calls.add(offsets);
        for (byte[] call : calls) {
            Receipt receipt =
                    foreign(
                            new Intent(
                                    "junk",
                                    Optional.of(rig.rail.contract()),
                                    CallData.of(call),
                                    Wei.ZERO,
                                    8_000_000,
                                    Rig.ENOUGH,
                                    Intent.ANY_TIME,
                                    false));
            assertFalse(receipt.succeeded());
        }
        assertEquals(Optional.empty(), rig.view(deal).revealed());
        rig.settle(rig.payee, EscrowCalls.claim(rig.rail, deal, key));
        assertEquals(Optional.of(revealed), rig.view(deal).revealed());
        assertEquals(DealStatus.CLAIMED, rig.view(deal).finalized());
    }
}
