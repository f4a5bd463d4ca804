package io.evenhand.simulation.escrow;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;

/// A transaction of the model chain; who sends what twice sends the same transaction.
public sealed interface EscrowTx {
    /// Which contract: 0 is the escrow of the Terms, 1 a look-alike.
    int at();

    Address sender();

    record Open(int at, Deal deal, Address sender) implements EscrowTx {}

    record Claim(int at, Deal deal, RevealedKey key, Address sender) implements EscrowTx {}

    record Refund(int at, Deal deal, Address sender) implements EscrowTx {}

    record Release(int at, Deal deal, Address sender) implements EscrowTx {}

    /// Coin pushed into the contract without a call.
    record Force(int at, Address sender, Wei value) implements EscrowTx {}

    /// The contract after this transaction in a block of that time; the same one if it reverts.
    default ModelEscrow on(ModelEscrow escrow, long time) {
        return switch (this) {
            case Open(int _, Deal deal, Address from) ->
                    escrow.open(deal, from, deal.amount(), time).escrow();
            case Claim(int _, Deal deal, RevealedKey key, Address from) ->
                    escrow.claim(deal, key, from, time).escrow();
            case Refund(int _, Deal deal, Address from) -> escrow.refund(deal, from, time).escrow();
            case Release(int _, Deal deal, Address from) -> escrow.release(deal, from).escrow();
            case Force(int _, Address from, Wei value) -> escrow.forced(from, value);
        };
    }

    /// One line for traces.
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
