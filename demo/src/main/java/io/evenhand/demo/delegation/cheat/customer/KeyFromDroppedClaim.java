package io.evenhand.demo.delegation.cheat.customer;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.node.delegation.DelegationRoles;

/// R3, R4: a key in the mempool is public, whatever becomes of the transaction.
public final class KeyFromDroppedClaim implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "key-from-dropped-claim",
                Cheater.CUSTOMER,
                "the customer reads the key from a claim in the mempool, opens the work, and has the"
                        + " claim thrown out",
                "a key counts as shown when it leaves the provider (R4), and a shown claim is sent"
                        + " again until it is final (R3)",
                Outcome.SETTLED);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        Mempool pool = net.mempool();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            Mempool.Waiting claim = pool.await(Mempool.CLAIM);
            net.parties().awaitState(DelegationRoles.CUSTOMER, "Opening");
            net.chain().drop(claim.hash());
            net.cheated("the customer has the key, and the claim is gone from the mempool");
            net.chain().mine(2);
            Mempool.Waiting again = pool.await(Mempool.CLAIM);
            net.chain().mine(1);
            if (pool.receipt(again.hash()).succeeded()) {
                net.stopped("the provider sent its claim again, and it was paid");
            }
        }
    }
}
