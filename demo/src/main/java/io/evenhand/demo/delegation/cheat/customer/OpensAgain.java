package io.evenhand.demo.delegation.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.node.delegation.DelegationRoles;

/// D13: the contract forgets what has ended, so the very same deal can be opened again.
public final class OpensAgain implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "opens-again",
                Cheater.CUSTOMER,
                "the customer opens the very same deal again after it was settled, to have a deposit to"
                        + " show for a second exchange",
                "the deal's key is public by now: whoever brings it has the provider paid once more"
                        + " (D8, D13); honest software never funds one exchange twice (10b)",
                Outcome.SETTLED);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        RevealedKey key = net.files().providerKey();
        JsonNode _ = net.parties().await(DelegationRoles.CUSTOMER, "Ended");
        JsonNode _ = net.parties().await(DelegationRoles.PROVIDER, "Ended");
        Deal deal = net.files().deal();
        Receipt opened =
                net.chain()
                        .execute(
                                DelegationNet.customerWallet(), EscrowCalls.open(net.rail(), deal));
        if (opened.succeeded()) {
            net.cheated("the customer opens the settled deal again, salt and all");
        }
        Wei before = net.chain().balance(deal.payee());
        Receipt claimed =
                net.chain()
                        .execute(
                                DelegationNet.stranger(), EscrowCalls.claim(net.rail(), deal, key));
        if (claimed.succeeded() && net.chain().balance(deal.payee()).compareTo(before) > 0) {
            net.stopped(
                    "a passer-by brought the public key, and the second deposit went to the provider");
        }
    }
}
