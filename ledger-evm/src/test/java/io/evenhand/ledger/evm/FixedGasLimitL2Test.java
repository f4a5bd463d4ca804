package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Hex;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A chain that wants more gas than Ethereum does, as a rollup that charges for data.
class FixedGasLimitL2Test {
    private Rig rig;
    private ChainProxy node;
    private JsonRpc rpc;
    private Party party;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
        node = new ChainProxy(rig.chain);
        rpc = JsonRpc.open(node.url());
        party = new Party(rpc, 1);
    }

    @AfterEach
    void stop() {
        party.close();
        rpc.close();
        node.close();
        rig.close();
    }

    private long gasOnChain(TransactionStatus.Receipt receipt) {
        return rig.chain
                .rpc()
                .call("eth_getTransactionByHash", "0x" + receipt.transaction())
                .field("gas")
                .quantity();
    }

    @Test
    void whatTheChainWantsIsGivenWithRoom() throws InterruptedException {
        node.result("eth_estimateGas", "\"0x2dc6c0\"");
        assertEquals(3_750_000, gasOnChain(party.deploy()));
    }

    @Test
    void anEstimateBelowWhatWeKnowChangesNothing() throws InterruptedException {
        node.result("eth_estimateGas", "\"0x5208\"");
        assertEquals(EscrowCalls.DEPLOY_GAS, gasOnChain(party.deploy()));
    }

    @Test
    void aClaimIsMeasuredWithoutItsKey() throws InterruptedException {
        Secret32 key = Rig.newKey();
        Deal deal = rig.deal(key, party.manager.account(), Rig.random32());
        TransactionStatus.Receipt _ = rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        // One million more than Ethereum takes for as many bytes.
        long plain = 21_000 + 16 * EscrowCalls.CLAIM_BYTES;
        node.result("eth_estimateGas", "\"0x" + Long.toHexString(plain + 1_000_000) + "\"");
        Intent claim = EscrowCalls.claim(rig.rail, deal, key);
        TransactionStatus _ = party.manager.submit(claim);
        TransactionStatus.Receipt receipt =
                party.manager
                        .await(claim.key(), Rig.PATIENCE, s -> s.inBlock().isPresent())
                        .inBlock()
                        .orElseThrow();
        assertTrue(receipt.succeeded());
        assertEquals(EscrowCalls.END_GAS + 2_000_000, gasOnChain(receipt));
        String secret = Hex.format(key.expose()).substring(2);
        assertFalse(
                node.requests.stream()
                        .filter(request -> !request.contains("eth_sendRawTransaction"))
                        .anyMatch(request -> request.contains(secret)));
    }

    @Test
    void ethereumItselfAsksForNothingMore() {
        long surplus = GasNeed.surplus(rpc, party.manager.account(), EscrowCalls.CLAIM_BYTES);
        assertEquals(0, surplus);
        assertEquals(EscrowCalls.END_GAS, EscrowCalls.claimGas(rpc, party.manager.account()));
    }

    @Test
    void ofTwoEndpointsTheLowerNeedCounts() {
        node.result("eth_estimateGas", "\"0xf00000\"");
        Intent claim = EscrowCalls.claim(rig.rail, rig.deal(Rig.newKey()), Rig.newKey());
        SecondOpinion honest = new SecondOpinion(rig.rpc);
        assertEquals(
                EscrowCalls.END_GAS,
                new GasNeed().forCall(rpc, Optional.of(honest), party.manager.account(), claim));
    }

    @Test
    @DisplayName("What one of two endpoints says alone about gas holds for that once")
    void whatOneSaysAloneIsNotKept() throws IOException {
        try (ChainProxy other = new ChainProxy(rig.chain);
                JsonRpc rpcOfOther = JsonRpc.open(other.url())) {
            node.result("eth_estimateGas", "\"0xf00000\"");
            other.sickness = Optional.of((exchange, _) -> exchange.close());
            Optional<SecondOpinion> second = Optional.of(new SecondOpinion(rpcOfOther));
            Intent claim = EscrowCalls.claim(rig.rail, rig.deal(Rig.newKey()), Rig.newKey());
            GasNeed need = new GasNeed();
            Address from = party.manager.account();
            assertTrue(need.forCall(rpc, second, from, claim) > EscrowCalls.END_GAS);
            other.tellTheTruth();
            assertEquals(EscrowCalls.END_GAS, need.forCall(rpc, second, from, claim));
            int before = node.asked();
            assertEquals(EscrowCalls.END_GAS, need.forCall(rpc, second, from, claim));
            assertEquals(before, node.asked(), "what both say holds for a while");
            GasNeed alone = new GasNeed();
            node.sickness = Optional.of((exchange, _) -> exchange.close());
            assertEquals(EscrowCalls.END_GAS, alone.forCall(rpc, Optional.empty(), from, claim));
            node.sickness = Optional.empty();
            assertTrue(alone.forCall(rpc, Optional.empty(), from, claim) > EscrowCalls.END_GAS);
        }
    }

    @Test
    void anEndpointWithoutEstimatesHoldsNothingUp() throws InterruptedException {
        node.swallow("eth_estimateGas", "the method does not exist");
        assertEquals(EscrowCalls.DEPLOY_GAS, gasOnChain(party.deploy()));
    }

    @Test
    void aNoThatStaysIsToldWhenItComes() {
        node.swallow("eth_sendRawTransaction", "intrinsic gas too low");
        LedgerException e = assertThrows(LedgerException.class, party::deploy);
        assertInstanceOf(LedgerException.Kind.Refused.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("intrinsic gas too low"));
    }
}
