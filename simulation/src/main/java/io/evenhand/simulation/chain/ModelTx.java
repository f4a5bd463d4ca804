package io.evenhand.simulation.chain;

import java.util.Optional;

/// All that the model chain asks of a transaction. Equal transactions are one: who sends what twice
/// sends the same transaction.
public interface ModelTx {
    /// The place of the contract it goes to among those that were deployed.
    int at();

    /// One line for traces.
    String brief();

    /// What everybody knows once a node has seen it, even if it reverts.
    default Optional<Shown> shows() {
        return Optional.empty();
    }

    /// Whether the wallet sends it again at once if a reorg drops it (10b); else the machine has to
    /// (R3).
    default boolean repeatedByWallet() {
        return true;
    }

    /// Whether the chain counts those of the adversary, so that a scenario can bound their number.
    default boolean counted() {
        return false;
    }
}
