package io.evenhand.demo.delegation.cheat.accident;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Story;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.demo.stage.Theatre;
import io.evenhand.kit.value.Bytes32;

/// R3: two clients share the provider's wallet, and one takes the nonce of the other's claim.
public final class SpareClient implements Cheat {
    @Override
    public Story story() {
        return new Story(
                "wallet-used-elsewhere",
                Cheater.NOBODY,
                "another client of the provider's wallet pays more for the nonce of the waiting claim,"
                        + " which no block takes then",
                "a shown claim gets another nonce at once, as it does nothing when made twice (R3); a"
                        + " deposit would wait until the other transaction is final (10b)",
                Outcome.SETTLED);
    }

    @Override
    public void play(Theatre theatre) throws InterruptedException {
        theatre.awaitDeposit();
        Mempool pool = theatre.mempool();
        try (Mempool.Grip _ = pool.takeOverMining()) {
            Mempool.Waiting claim = pool.await(Mempool.CLAIM);
            Bytes32 other = pool.spendNonce(claim.from(), claim.nonce());
            theatre.chain().mine(1);
            boolean taken =
                    pool.receipt(other).succeeded()
                            && theatre.chain().receipt(claim.hash()).isEmpty();
            if (taken) {
                theatre.cheated("another client took nonce " + claim.nonce() + " of the claim");
            }
            Mempool.Waiting again = pool.await(Mempool.CLAIM);
            theatre.chain().mine(1);
            if (again.nonce() > claim.nonce() && pool.receipt(again.hash()).succeeded()) {
                theatre.stopped("the claim was made with another nonce, and it was paid");
            }
        }
    }
}
