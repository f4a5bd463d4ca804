package io.evenhand.demo.delegation.cheat.provider;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Story;
import io.evenhand.demo.stage.SideDeal;
import io.evenhand.demo.stage.Theatre;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.node.store.Role;

/// D13: a work key whose secret an earlier deal made public.
public final class ReusedKey implements Cheat {
    @Override
    public Story story() {
        return new Story(
                "key-already-revealed",
                Cheater.PROVIDER,
                "the provider uses a work key whose secret an earlier deal made public",
                "the public key pays nobody but the payee of the deal (D8) and opens nothing without"
                        + " the psk (D19); honest providers draw a fresh key for each exchange and burn"
                        + " it (D13)",
                Outcome.SETTLED);
    }

    @Override
    public void play(Theatre theatre) throws InterruptedException {
        RevealedKey key = theatre.papers().providerKey();
        SideDeal earlier = SideDeal.of(theatre, 3, theatre.stage().provider(), key);
        if (earlier.open().succeeded() && earlier.claim().succeeded()) {
            theatre.cheated("an earlier deal with the same work key is claimed: its key is public");
        }
        theatre.awaitDeposit();
        Deal deal = theatre.papers().deal();
        Receipt claimed =
                theatre.chain()
                        .execute(Theatre.stranger(), EscrowCalls.claim(theatre.rail(), deal, key));
        theatre.say("a stranger claims at once with the public key");
        theatre.awaitState(Role.CUSTOMER, "Opened");
        if (claimed.succeeded()) {
            theatre.stopped("the provider was paid all the same, and the customer opened its work");
        }
    }
}
