package io.evenhand.demo.delegation.cheat.customer;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Story;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.demo.stage.Theatre;
import io.evenhand.node.store.Role;

/// R3, R4: a key in the mempool is public, whatever becomes of the transaction.
public final class KeyFromDroppedClaim implements Cheat {
    @Override
    public Story story() {
        return new Story(
                "key-from-dropped-claim",
                Cheater.CUSTOMER,
                "the customer reads the key from a claim in the mempool, opens the work, and has the"
                        + " claim thrown out",
                "a key counts as shown when it leaves the provider (R4), and a shown claim is sent"
                        + " again until it is final (R3)",
                Outcome.SETTLED);
    }

    @Override
    public void play(Theatre theatre) throws InterruptedException {
        theatre.awaitDeposit();
        Mempool pool = theatre.mempool();
        try (Mempool.Grip _ = pool.takeOverMining()) {
            Mempool.Waiting claim = pool.await(Mempool.CLAIM);
            theatre.awaitState(Role.CUSTOMER, "Opening");
            theatre.chain().drop(claim.hash());
            theatre.cheated("the customer has the key, and the claim is gone from the mempool");
            theatre.chain().mine(2);
            Mempool.Waiting again = pool.await(Mempool.CLAIM);
            theatre.chain().mine(1);
            if (pool.receipt(again.hash()).succeeded()) {
                theatre.stopped("the provider sent its claim again, and it was paid");
            }
        }
    }
}
