package io.evenhand.demo.delegation.cheat.accident;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.kit.value.Bytes32;

/// R3: two clients share the provider's wallet, and one takes the nonce of the other's claim.
public final class SpareClient implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "wallet-used-elsewhere",
                Cheater.NOBODY,
                "another client of the provider's wallet pays more for the nonce of the waiting claim,"
                        + " which no block takes then",
                "a shown claim gets another nonce at once, as it does nothing when made twice (R3); a"
                        + " deposit would wait until the other transaction is final (10b)",
                Outcome.SETTLED);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        Mempool pool = net.mempool();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            Mempool.Waiting claim = pool.await(Mempool.CLAIM);
            Bytes32 other = pool.spendNonce(claim.from(), claim.nonce());
            net.chain().mine(1);
            boolean taken =
                    pool.receipt(other).succeeded() && net.chain().receipt(claim.hash()).isEmpty();
            if (taken) {
                net.cheated("another client took nonce " + claim.nonce() + " of the claim");
            }
            Mempool.Waiting again = pool.await(Mempool.CLAIM);
            net.chain().mine(1);
            if (again.nonce() > claim.nonce() && pool.receipt(again.hash()).succeeded()) {
                net.stopped("the claim was made with another nonce, and it was paid");
            }
        }
    }
}
