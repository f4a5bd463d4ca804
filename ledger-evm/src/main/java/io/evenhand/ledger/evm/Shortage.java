package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Wei;

/// Why a wished transaction cannot be sent, or not at a fee that gets it into a block.
public sealed interface Shortage {
    /// Gas costs more than the transaction may.
    ///
    /// @param fee what it would cost now
    /// @param most what it may cost
    record Fee(Wei fee, Wei most) implements Shortage {}

    /// The account holds too little.
    ///
    /// @param needed what it has to hold
    record Balance(Wei needed) implements Shortage {}

    static Shortage ofFee(Wei fee, Wei most) {
        return new Fee(fee, most);
    }

    static Shortage ofBalance(Wei needed) {
        return new Balance(needed);
    }
}
