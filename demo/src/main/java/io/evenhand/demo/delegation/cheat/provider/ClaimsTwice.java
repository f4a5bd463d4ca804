package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Story;
import io.evenhand.demo.stage.Theatre;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.node.store.Role;

/// Wants one wage twice.
public final class ClaimsTwice implements Cheat {
    @Override
    public Story story() {
        return new Story(
                "claims-twice",
                Cheater.PROVIDER,
                "the provider claims the wage a second time",
                "a claim clears the deal before it pays: there is nothing left to claim (D-I3)",
                Outcome.SETTLED);
    }

    @Override
    public void play(Theatre theatre) throws InterruptedException {
        RevealedKey key = theatre.papers().providerKey();
        JsonNode _ =
                theatre.await(
                        Role.PROVIDER,
                        Theatre.transaction("TransactionIncluded", "claim"),
                        "claim");
        Deal deal = theatre.papers().deal();
        Receipt again =
                theatre.chain()
                        .execute(
                                Theatre.providerWallet(),
                                EscrowCalls.claim(theatre.rail(), deal, key));
        theatre.cheated("the provider sends its claim once more");
        if (!again.succeeded()) {
            theatre.stopped("the contract refused the second claim: the deal is not open");
        }
    }
}
