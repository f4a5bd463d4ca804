package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.ledger.evm.TransactionRecord.Attempt;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A chain without EIP-1559: no base fee in its blocks, and transactions of the first kind only.
class ChainWithoutBaseFeeTest {
    private static ChainProxy old(LocalChain chain, String instead) throws IOException {
        ChainProxy node = new ChainProxy(chain);
        for (String method : List.of("eth_getBlockByNumber", "eth_getBlockByHash")) {
            node.lie(method, truth -> truth.replaceAll(",?\"baseFeePerGas\":\"[^\"]*\"", instead));
        }
        node.swallow("eth_feeHistory", "the method does not exist");
        node.swallow("eth_maxPriorityFeePerGas", "the method does not exist");
        return node;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"baseFeePerGas\":null"})
    void transactionsAreOfTheFirstKind(String instead) throws IOException, InterruptedException {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant());
                ChainProxy node = old(chain, instead);
                JsonRpc rpc = JsonRpc.open(node.url());
                Party party = new Party(rpc)) {
            TransactionStatus.Receipt receipt = party.deploy();
            RpcResult seen =
                    chain.rpc().call("eth_getTransactionByHash", "0x" + receipt.transaction());
            assertEquals(0, seen.field("type").quantity());
            assertEquals(LocalChain.CHAIN_ID, (seen.field("v").quantity() - 35) / 2);
            assertEquals(party.manager.account(), seen.field("from").address());
        }
    }

    @Test
    void theirPriceIsRaisedByAnEighth() throws IOException, InterruptedException {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Manual());
                ChainProxy node = old(chain, "");
                JsonRpc rpc = JsonRpc.open(node.url());
                Party party = new Party(rpc)) {
            // It never reaches the chain, whose blocks go on.
            node.lie("eth_sendRawTransaction", truth -> truth);
            node.swallow("eth_sendRawTransaction", "try later");
            Intent deploy = EscrowCalls.deploy("deploy", Rig.ENOUGH);
            TransactionStatus _ = party.manager.submit(deploy);
            while (party.manager.find("deploy").orElseThrow().attempts().size() < 2) {
                chain.mine(1);
                ChainSnapshot _ = party.watcher.refresh();
                TransactionStatus _ = party.manager.submit(deploy);
            }
            List<Attempt> all = party.manager.find("deploy").orElseThrow().attempts();
            BigInteger first = all.get(0).fee().maxPerGas();
            BigInteger second = all.get(1).fee().maxPerGas();
            assertTrue(
                    second.multiply(BigInteger.valueOf(8))
                                    .compareTo(first.multiply(BigInteger.valueOf(9)))
                            >= 0);
            assertEquals(second, all.get(1).fee().tipPerGas());
            assertEquals(EscrowCalls.DEPLOY_GAS, all.get(1).gasLimit());
        }
    }

    @Test
    void aDealIsOpenedAndClaimed() throws IOException, InterruptedException {
        try (Rig rig = new Rig();
                ChainProxy node = old(rig.chain, "");
                JsonRpc rpc = JsonRpc.open(node.url());
                Party payee = new Party(rpc, 1)) {
            Secret32 key = Rig.newKey();
            Deal deal = rig.deal(key, payee.manager.account(), Rig.random32());
            TransactionStatus.Receipt _ = rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
            Intent claim = EscrowCalls.claim(rig.rail, deal, key);
            TransactionStatus _ = payee.manager.submit(claim);
            TransactionStatus status =
                    payee.manager.await(claim.key(), Rig.PATIENCE, s -> s.inBlock().isPresent());
            assertTrue(status.inBlock().orElseThrow().succeeded());
        }
    }
}
