package io.evenhand.demo.delegation.cheat.provider;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.AttackerDeal;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.node.delegation.DelegationRoles;

/// D13: a work key whose secret an earlier deal made public.
public final class ReusedKey implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "key-already-revealed",
                Cheater.PROVIDER,
                "the provider uses a work key whose secret an earlier deal made public",
                "the public key pays nobody but the payee of the deal (D8) and opens nothing without"
                        + " the psk (D19); honest providers draw a fresh key for each exchange and burn"
                        + " it (D13)",
                Outcome.SETTLED);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        RevealedKey key = net.files().providerKey();
        AttackerDeal earlier =
                AttackerDeal.of(net, 3, DelegationNet.providerWallet().address(), key);
        if (earlier.open().succeeded() && earlier.claim().succeeded()) {
            net.cheated("an earlier deal with the same work key is claimed: its key is public");
        }
        net.awaitDeposit();
        Deal deal = net.files().deal();
        Receipt claimed =
                net.chain()
                        .execute(
                                DelegationNet.stranger(), EscrowCalls.claim(net.rail(), deal, key));
        net.say("a stranger claims at once with the public key");
        net.parties().awaitState(DelegationRoles.CUSTOMER, "Opened");
        if (claimed.succeeded()) {
            net.stopped("the provider was paid all the same, and the customer opened its work");
        }
    }
}
