package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Wei;

/// Why a transaction cannot be sent, or not at a fee that gets it into a block.
public sealed interface Shortfall {
    /// Gas costs more than the transaction may.
    ///
    /// @param fee what it would cost now
    /// @param most what it may cost
    record Fee(Wei fee, Wei most) implements Shortfall {}

    /// The account holds too little.
    ///
    /// @param needed what it has to hold
    record Balance(Wei needed) implements Shortfall {}

    static Shortfall ofFee(Wei fee, Wei most) {
        return new Fee(fee, most);
    }

    static Shortfall ofBalance(Wei needed) {
        return new Balance(needed);
    }
}
