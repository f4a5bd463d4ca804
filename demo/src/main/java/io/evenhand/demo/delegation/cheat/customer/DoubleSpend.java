package io.evenhand.demo.delegation.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.delegation.DelegationRoles;

/// D10: the customer spends the nonce of its deposit on something else.
///
/// @param confirmations how many blocks hold the deposit before a reorg takes it back; zero
///   replaces it in the mempool
public record DoubleSpend(CheatDescription description, int confirmations) implements Cheat {
    private static final String STOPPED =
            "the provider shows its key only for a deposit in a final block (R1, D10), provided that"
                    + " no reorg is deeper than finality";

    public static DoubleSpend reorg() {
        return new DoubleSpend(
                new CheatDescription(
                        "deposit-reorged-out",
                        Cheater.CUSTOMER,
                        "the customer deposits, then has the chain continue without the block of its"
                                + " deposit and spends the money elsewhere",
                        STOPPED,
                        Outcome.ABORTED),
                2);
    }

    public static DoubleSpend replace() {
        return new DoubleSpend(
                new CheatDescription(
                        "deposit-replaced",
                        Cheater.CUSTOMER,
                        "the customer replaces its deposit in the mempool by a payment to itself",
                        STOPPED,
                        Outcome.ABORTED),
                0);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.keptItsKey(event);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        Mempool pool = net.mempool();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            Mempool.Waiting deposit = pool.await(Mempool.OPEN);
            net.parties().awaitState(DelegationRoles.PROVIDER, "Confirming");
            if (confirmations > 0) {
                net.chain().mine(confirmations);
                net.awaitTransaction("open");
                net.chain().reorg(confirmations);
            }
            Bytes32 other = pool.spendNonce(deposit.from(), deposit.nonce());
            net.chain().mine(1);
            boolean instead = pool.receipt(other).succeeded();
            if (instead && net.chain().receipt(deposit.hash()).isEmpty()) {
                net.cheated(
                        confirmations > 0
                                ? "a branch without the deposit wins after "
                                        + confirmations
                                        + " confirmations, and the money is spent elsewhere"
                                : "the deposit was replaced before any block took it");
            }
            net.chain().mine(5);
        }
        net.passBeyond("claimBy");
    }
}
