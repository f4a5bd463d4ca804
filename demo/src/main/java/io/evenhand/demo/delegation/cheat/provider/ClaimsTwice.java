package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.node.delegation.DelegationRoles;

/// The provider claims one wage twice.
public final class ClaimsTwice implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "claims-twice",
                Cheater.PROVIDER,
                "the provider claims the wage a second time",
                "a claim clears the deal before it pays: there is nothing left to claim (D-I3)",
                Outcome.SETTLED);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        RevealedKey key = net.files().providerKey();
        JsonNode _ =
                net.parties()
                        .await(
                                DelegationRoles.PROVIDER,
                                DelegationNet.transaction("TransactionIncluded", "claim"),
                                "claim");
        Deal deal = net.files().deal();
        Receipt again =
                net.chain()
                        .execute(
                                DelegationNet.providerWallet(),
                                EscrowCalls.claim(net.rail(), deal, key));
        net.cheated("the provider sends its claim once more");
        if (!again.succeeded()) {
            net.stopped("the contract refused the second claim: the deal is not open");
        }
    }
}
