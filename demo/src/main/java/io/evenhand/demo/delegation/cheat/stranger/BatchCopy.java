package io.evenhand.demo.delegation.cheat.stranger;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.AttackerDeal;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.LocalChain;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/// D8, D11: a batch of deals beside the exchange, and a stranger who gets ahead of one entry.
public final class BatchCopy implements Cheat {
    private static final int PAYER = 3;
    private static final int PAYEE = 4;
    private static final int DEALS = 3;

    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "batch-copy",
                Cheater.STRANGER,
                "a stranger copies a batch of deposits and one claim of a batch from the mempool, and"
                        + " has the copies mined first",
                "a copied deposit is the stranger's own money; a batch of claims skips what is claimed"
                        + " already and pays the rest (D8, D11)",
                Outcome.SETTLED);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.awaitDeposit();
        LocalChain chain = net.chain();
        Rail rail = net.rail();
        Address payee = LocalChain.wallet(PAYEE).address();
        List<AttackerDeal> batch =
                IntStream.range(0, DEALS)
                        .mapToObj(i -> AttackerDeal.of(net, PAYER, payee, AttackerDeal.key(i + 1)))
                        .toList();
        Deal first = batch.getFirst().deal();
        List<Deal> deals = batch.stream().map(AttackerDeal::deal).toList();
        List<RevealedKey> keys = batch.stream().map(AttackerDeal::key).toList();
        Address stranger = DelegationNet.stranger().address();
        Wei before = chain.balance(payee);
        Mempool pool = net.mempool();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            Intent openMany = EscrowCalls.openMany(rail, deals, "cheat:open");
            Bytes32 opened = chain.send(LocalChain.wallet(PAYER), openMany);
            Bytes32 copied = pool.ahead(stranger, rail.contract(), hex(openMany), openMany.value());
            chain.mine(1);
            boolean bothOpen = pool.receipt(opened).succeeded() && pool.receipt(copied).succeeded();
            net.say("a batch of " + DEALS + " deposits is copied, and both are opened");
            Bytes32 claimed =
                    chain.send(
                            LocalChain.wallet(PAYEE),
                            EscrowCalls.claimMany(rail, deals, keys, "cheat:claim"));
            Bytes32 ahead =
                    pool.ahead(
                            stranger,
                            rail.contract(),
                            StrangerTransactions.claim(rail, first, keys.getFirst()),
                            Wei.ZERO);
            net.cheated("a stranger claims the first deal of the batch, ahead of the batch");
            chain.mine(1);
            boolean both =
                    bothOpen
                            && pool.receipt(ahead).succeeded()
                            && pool.receipt(claimed).succeeded();
            Wei gas = chain.receipt(claimed).orElseThrow().fee();
            BigInteger gained =
                    chain.balance(payee).value().subtract(before.value()).add(gas.value());
            if (both && gained.equals(DelegationNet.WAGE.times(DEALS).value())) {
                net.stopped("the payee was paid every wage of the batch, each once");
            }
        }
    }

    private static String hex(Intent intent) {
        return Hex.format(intent.data().expose());
    }
}
