package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esaulpaugh.headlong.abi.ABIJSON;
import com.esaulpaugh.headlong.abi.Function;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The contract's life seen through this rail, on a real chain.
class EscrowTest {
    private final Secret32 key = Rig.newKey();
    private final RevealedKey revealed = new RevealedKey(Bytes32.of(key.expose()));
    private Rig rig;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    @DisplayName("T9-T12: open, claim, and the key is out; open + claim cost at most 88,000 gas")
    void aDealIsOpenedAndClaimed() throws InterruptedException {
        Deal first = rig.deal(Rig.newKey());
        rig.include(rig.payer, EscrowCalls.open(rig.rail, first));
        Deal deal = rig.deal(key);
        DealView before = rig.view(deal);
        assertEquals(DealStatus.ABSENT, before.tip());
        assertEquals(DealStatus.ABSENT, before.finalized());
        assertEquals(0, before.openedAt());

        TransactionStatus.Receipt open = rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        DealView opened = rig.view(deal);
        assertEquals(DealStatus.OPEN, opened.tip());
        assertEquals(DealStatus.ABSENT, opened.finalized());
        assertEquals(Blocks.byHash(rig.rpc, open.blockHash()).timestamp(), opened.openedAt());
        assertFalse(opened.claimKnown());
        assertTrue(opened.claimFee().compareTo(Wei.ZERO) > 0);

        rig.chain.mine(Rig.DEPTH);
        assertEquals(DealStatus.OPEN, rig.view(deal).finalized());

        Wei balance = rig.chain.balance(deal.payee());
        TransactionStatus.Receipt claim =
                rig.include(rig.payee, EscrowCalls.claim(rig.rail, deal, key));
        DealView claimed = rig.view(deal);
        assertEquals(DealStatus.CLAIMED, claimed.tip());
        assertEquals(DealStatus.OPEN, claimed.finalized());
        assertEquals(Optional.of(revealed), claimed.revealed());
        assertTrue(claimed.claimKnown());
        assertEquals(
                balance.plus(deal.amount()), rig.chain.balance(deal.payee()).plus(claim.fee()));
        rig.chain.mine(Rig.DEPTH);
        assertEquals(DealStatus.CLAIMED, rig.view(deal).finalized());
        assertTrue(
                open.gasUsed() + claim.gasUsed() <= 88_000,
                open.gasUsed() + " + " + claim.gasUsed());
        assertTrue(claim.fee().compareTo(opened.claimFee()) <= 0);
    }

    @Test
    @DisplayName("T13: refund after the deadline costs at most 33,000 gas")
    void aDealIsRefunded() throws InterruptedException {
        Deal deal = rig.deal(key);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        rig.chain.warp(Duration.ofHours(2));
        TransactionStatus.Receipt refund =
                rig.settle(rig.payer, EscrowCalls.refund(rig.rail, deal));
        assertTrue(refund.succeeded());
        assertTrue(refund.gasUsed() <= 33_000, "refund " + refund.gasUsed());
        DealView view = rig.view(deal);
        assertEquals(DealStatus.REFUNDED, view.tip());
        assertEquals(DealStatus.REFUNDED, view.finalized());
        assertEquals(Optional.empty(), view.revealed());
    }

    @Test
    void aReleasedDealIsRefunded() throws InterruptedException {
        Deal deal = rig.deal(key);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        rig.include(rig.payee, EscrowCalls.release(rig.rail, deal));
        assertEquals(DealStatus.REFUNDED, rig.view(deal).tip());
    }

    @Test
    @DisplayName("T12: a claim that came too late has failed, but its key is public")
    void aFailedClaimStillRevealsTheKey() throws InterruptedException {
        Deal deal = rig.deal(key);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        assertEquals(Optional.empty(), rig.view(deal).revealed());
        rig.chain.warp(Duration.ofHours(2));
        TransactionStatus.Receipt late =
                rig.settle(rig.payee, EscrowCalls.claim(rig.rail, deal, key));
        assertFalse(late.succeeded());
        assertInstanceOf(
                TransactionStatus.Failed.class,
                rig.payee.find(EscrowCalls.claimKey(rig.rail, deal)).orElseThrow().status());
        DealView view = rig.view(deal);
        assertEquals(DealStatus.OPEN, view.tip());
        assertEquals(Optional.of(revealed), view.revealed());
    }

    @Test
    @DisplayName("T12: the key of a waiting claim is seen before any block holds it")
    void aWaitingClaimRevealsTheKey() throws InterruptedException {
        Deal deal = rig.deal(key);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        DealView _ = rig.view(deal);
        rig.chain.setMining(new LocalChain.Mining.Manual());
        TransactionStatus _ = rig.payee.submit(EscrowCalls.claim(rig.rail, deal, key));
        DealView waiting = rig.awaitView(deal, "the key", v -> v.revealed().isPresent());
        assertEquals(DealStatus.OPEN, waiting.tip());
        assertEquals(Optional.of(revealed), waiting.revealed());
        assertTrue(waiting.claimKnown());
    }

    @Test
    @DisplayName("A claim with a wrong key hides nothing: it is not taken for the key")
    void junkIsPassedOver() throws InterruptedException {
        Deal deal = rig.deal(key);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        DealView _ = rig.view(deal);
        Intent junk = EscrowCalls.claim(rig.rail, deal, Rig.newKey()).withKey("junk");
        assertFalse(rig.include(rig.payer, junk).succeeded());
        assertEquals(Optional.empty(), rig.view(deal).revealed());
        rig.include(rig.payee, EscrowCalls.claim(rig.rail, deal, key));
        assertEquals(Optional.of(revealed), rig.view(deal).revealed());
    }

    @Test
    @DisplayName("10b: another deal of this payer under the same xid is seen, a stranger's is not")
    void anotherDealUnderTheSameXidIsSeen() throws InterruptedException {
        Bytes32 xid = Rig.random32();
        Deal deal = rig.deal(key, rig.payee.account(), xid);
        Deal strangers =
                new Deal(
                        rig.payee.account(),
                        deal.payee(),
                        deal.token(),
                        deal.amount(),
                        deal.claimBy(),
                        deal.salt(),
                        deal.lockKind(),
                        deal.lock(),
                        xid);
        rig.include(rig.payee, EscrowCalls.open(rig.rail, strangers));
        assertFalse(rig.view(deal).otherDeal());
        Deal other = rig.deal(Rig.newKey(), rig.payee.account(), xid);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, other));
        assertTrue(rig.view(deal).otherDeal());
        // The other deal's end does not make it forgotten.
        rig.include(rig.payee, EscrowCalls.release(rig.rail, other));
        rig.chain.mine(10);
        assertTrue(rig.view(deal).otherDeal());
        assertEquals(DealStatus.ABSENT, rig.view(deal).tip());
    }

    @Test
    @DisplayName("10b: a deal that its payer opens once more stays claimed, and its key public")
    void aDealOpenedAgainAfterItsClaimStaysClaimed() throws InterruptedException {
        Deal deal = rig.deal(key);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        rig.include(rig.payee, EscrowCalls.claim(rig.rail, deal, key));
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal).withKey("again"));
        DealView view = rig.view(deal);
        assertEquals(DealStatus.CLAIMED, view.tip());
        assertEquals(Optional.of(revealed), view.revealed());
    }

    @Test
    void aBatchIsOpenedAndClaimedTogether() throws InterruptedException {
        List<Deal> deals = new ArrayList<>();
        List<RevealedKey> keys = new ArrayList<>();
        long claimBy = rig.chain.tip().timestamp() + 3_600;
        for (int i = 0; i < 100; i++) {
            Secret32 one = Rig.newKey();
            Deal d = rig.deal(one);
            deals.add(
                    new Deal(
                            d.payer(),
                            d.payee(),
                            d.token(),
                            d.amount(),
                            claimBy,
                            d.salt(),
                            d.lockKind(),
                            d.lock(),
                            d.termsHash()));
            keys.add(new RevealedKey(Bytes32.of(one.expose())));
        }
        TransactionStatus.Receipt open =
                rig.include(rig.payer, EscrowCalls.openMany(rig.rail, deals, "open all"));
        assertTrue(open.succeeded());
        assertEquals(DealStatus.OPEN, rig.view(deals.get(57)).tip());
        rig.chain.setMining(new LocalChain.Mining.Manual());
        TransactionStatus _ =
                rig.payee.submit(EscrowCalls.claimMany(rig.rail, deals, keys, "claim all"));
        DealView waiting = rig.awaitView(deals.get(57), "the key", v -> v.revealed().isPresent());
        assertEquals(Optional.of(keys.get(57)), waiting.revealed());
        rig.chain.mine(1);
        TransactionStatus.Receipt claim =
                rig.await(rig.payee, "claim all", s -> s.inBlock().isPresent())
                        .inBlock()
                        .orElseThrow();
        assertTrue(claim.succeeded());
        assertEquals(DealStatus.CLAIMED, rig.view(deals.get(99)).tip());
        long perDeal = (open.gasUsed() + claim.gasUsed()) / deals.size();
        assertTrue(perDeal <= 40_000, "per deal " + perDeal);
    }

    @Test
    @DisplayName("Fixed gas limits hold for the worst recipients, alone and in a batch")
    void gasLimitsAreEnough() throws InterruptedException {
        List<Deal> deals = new ArrayList<>();
        List<RevealedKey> keys = new ArrayList<>();
        long claimBy = rig.chain.tip().timestamp() + 3_600;
        for (int i = 0; i < 20; i++) {
            Secret32 one = Rig.newKey();
            Address to = Address.of(Rig.random32().toByteArray(), 0, 20);
            if (i % 2 == 0) {
                // Burns all gas it gets, then refuses.
                rig.rpc.call("anvil_setCode", to.toString(), "0x5b5f56");
            }
            Deal d = rig.deal(one, to, Rig.random32());
            deals.add(
                    new Deal(
                            d.payer(),
                            to,
                            d.token(),
                            d.amount(),
                            claimBy,
                            d.salt(),
                            d.lockKind(),
                            d.lock(),
                            d.termsHash()));
            keys.add(new RevealedKey(Bytes32.of(one.expose())));
        }
        rig.include(rig.payer, EscrowCalls.openMany(rig.rail, deals, "all"));
        for (int i = 0; i < 2; i++) {
            Intent claim = EscrowCalls.claim(rig.rail, deals.get(i), keys.get(i));
            assertTrue(rig.include(rig.payee, claim).succeeded());
        }
        Intent rest =
                EscrowCalls.claimMany(rig.rail, deals.subList(2, 20), keys.subList(2, 20), "rest");
        assertTrue(rig.include(rig.payee, rest).succeeded());
        Address refuser = deals.get(4).payee();
        assertEquals(Rig.WAGE, rig.escrow.credit(rig.rail, refuser));
        assertEquals(Rig.WAGE, rig.chain.balance(deals.get(5).payee()));
        rig.rpc.call("anvil_setCode", refuser.toString(), "0x");
        Intent withdraw = EscrowCalls.withdrawFor(rig.rail, refuser, "credit", Rig.ENOUGH);
        assertTrue(rig.include(rig.payee, withdraw).succeeded());
        assertEquals(Wei.ZERO, rig.escrow.credit(rig.rail, refuser));
        assertEquals(Rig.WAGE, rig.chain.balance(refuser));
    }

    @Test
    @DisplayName(
            "The gas limit of a batch holds for payees that are precompiles, fail and are new accounts")
    void gasLimitOfABatchIsEnoughForPrecompiles() throws InterruptedException {
        List<Deal> deals = new ArrayList<>();
        List<RevealedKey> keys = new ArrayList<>();
        // From 0x08 to 0x11 an empty call costs more than a push, or fails.
        for (int precompile = 0x08; precompile <= 0x11; precompile++) {
            Secret32 one = Rig.newKey();
            deals.add(rig.deal(one, new Address(0, 0, precompile), Rig.random32()));
            keys.add(new RevealedKey(Bytes32.of(one.expose())));
        }
        for (Deal deal : deals) {
            rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        }
        Intent all = EscrowCalls.claimMany(rig.rail, deals, keys, "all");
        assertTrue(rig.include(rig.payee, all).succeeded());
        for (Deal deal : deals) {
            assertEquals(DealStatus.CLAIMED, rig.view(deal).tip());
            assertEquals(Rig.WAGE, rig.escrow.credit(rig.rail, deal.payee()));
        }
    }

    @Test
    @DisplayName("D17: wrong chain, wrong hash, no contract and a look-alike are refused")
    void onlyTheKnownContractPasses() throws InterruptedException {
        rig.escrow.check(rig.rail);
        Rail rail = rig.rail;
        assertMismatch(new Rail(1, rail.contract(), rail.codeHash()), "serves chain 31337");
        assertMismatch(new Rail(rail.chainId(), rail.contract(), Rig.random32()), "code hash");
        Address nobody = Address.parse("0x00000000000000000000000000000000000000aa");
        assertMismatch(new Rail(rail.chainId(), nobody, rail.codeHash()), "no contract");
        byte[] code =
                rig.rpc.call("eth_getCode", rail.contract().toString(), "latest").data(65_536);
        code[code.length / 2] ^= 1;
        rig.rpc.call("anvil_setCode", nobody.toString(), Hex.format(code));
        assertMismatch(new Rail(rail.chainId(), nobody, rail.codeHash()), "another contract");
    }

    private void assertMismatch(Rail rail, String part) {
        LedgerException e = assertThrows(LedgerException.class, () -> rig.escrow.check(rail));
        assertInstanceOf(LedgerException.Kind.Mismatch.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }

    @Test
    void deployingAgainUnderTheSameKeyGivesTheSameContract() throws InterruptedException {
        assertEquals(rig.rail, rig.escrow.deploy(rig.payer, "deploy", Rig.ENOUGH, Rig.PATIENCE));
    }

    @Test
    void theContractComputesTheSameDealId() {
        Deal deal = rig.deal(key);
        CallData call = EscrowAbi.call("idOf(" + EscrowAbi.DEAL + ")", EscrowAbi.words(deal));
        Map<String, String> request =
                Map.of("to", rig.rail.contract().toString(), "data", Hex.format(call.expose()));
        assertEquals(
                DealHash.of(rig.rail, deal).value(),
                rig.rpc.call("eth_call", request, "latest").hash());
    }

    @Test
    void everyCallIsOneOfTheContract() {
        List<String> known = signatures(EscrowCode.read("Escrow.abi.json"));
        for (String signature :
                List.of(
                        EscrowAbi.OPEN,
                        EscrowAbi.CLAIM,
                        EscrowAbi.REFUND,
                        EscrowAbi.RELEASE,
                        EscrowAbi.OPEN_MANY,
                        EscrowAbi.CLAIM_MANY,
                        EscrowAbi.WITHDRAW,
                        EscrowAbi.WITHDRAW_FOR,
                        EscrowAbi.CREDIT)) {
            assertTrue(known.contains(signature), signature);
        }
    }

    private static List<String> signatures(String abi) {
        return ABIJSON.parseNormalFunctions(abi).stream()
                .map(Function::getCanonicalSignature)
                .toList();
    }
}
