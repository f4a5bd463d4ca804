package io.evenhand.demo.delegation.cheat.customer;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.EscrowCalls;

/// R5, R6: holds the claim back for as long as it can and asks for the refund with a higher tip.
public final class RefundAgainstClaim implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "refund-while-claim-pending",
                Cheater.CUSTOMER,
                "the customer has miners leave the claim out until the last second, and its refund"
                        + " mined before it",
                "before claimBy a refund fails and a claim works, to the second (R5), provided that"
                        + " nobody keeps the claim out of every block until claimBy: the margin buys"
                        + " that time (R2, R3, R6)",
                Outcome.SETTLED);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        Mempool pool = net.mempool();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            Mempool.Waiting claim = pool.await(Mempool.CLAIM);
            Deal deal = net.files().deal();
            String refund = Hex.format(EscrowCalls.refund(net.rail(), deal).data().expose());
            Bytes32 sent = pool.ahead(deal.payer(), net.rail().contract(), refund, Wei.ZERO);
            net.cheated(
                    "the claim is left out until one second before claimBy, and the refund is ahead of"
                            + " it in the block");
            net.chain().nextTimestamp(deal.claimBy() - 1);
            net.chain().mine(1);
            boolean refunded = pool.receipt(sent).succeeded();
            boolean claimed = pool.receipt(claim.hash()).succeeded();
            if (!refunded && claimed) {
                net.stopped("in one block the contract refused the refund and paid the claim");
            }
        }
    }
}
