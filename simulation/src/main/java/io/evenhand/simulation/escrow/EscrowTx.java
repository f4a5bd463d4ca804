package io.evenhand.simulation.escrow;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.simulation.chain.ModelTx;
import io.evenhand.simulation.chain.Shown;
import java.util.Optional;

/// A transaction to the escrow, or to a look-alike of it.
public sealed interface EscrowTx extends ModelTx {
    Address sender();

    record Open(int at, Deal deal, Address sender) implements EscrowTx {
        @Override
        public boolean counted() {
            return true;
        }
    }

    record Claim(int at, Deal deal, RevealedKey key, Address sender) implements EscrowTx {
        @Override
        public Optional<Shown> shows() {
            return Optional.of(new Shown(deal, key.scalar()));
        }

        @Override
        public boolean repeatedByWallet() {
            return false;
        }
    }

    record Refund(int at, Deal deal, Address sender) implements EscrowTx {}

    record Release(int at, Deal deal, Address sender) implements EscrowTx {}

    /// Coin pushed into the contract without a call.
    record Force(int at, Address sender, Wei value) implements EscrowTx {}

    @Override
    default String brief() {
        return switch (this) {
            case Open(int _, Deal deal, Address _) ->
                    "open of " + deal.amount() + " until " + deal.claimBy();
            case Claim(int _, Deal deal, RevealedKey _, Address from) ->
                    "claim by " + who(deal, from);
            case Refund(int _, Deal deal, Address from) -> "refund by " + who(deal, from);
            case Release(int _, Deal deal, Address from) -> "release by " + who(deal, from);
            case Force(int _, Address _, Wei value) -> value + " pushed in";
        };
    }

    private static String who(Deal deal, Address sender) {
        if (sender.equals(deal.payer())) {
            return "payer";
        }
        return sender.equals(deal.payee()) ? "payee" : "a stranger";
    }
}
