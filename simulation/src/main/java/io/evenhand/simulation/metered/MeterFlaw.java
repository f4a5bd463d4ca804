package io.evenhand.simulation.metered;

/// What a mutant's contract does wrong. The real one does none of it.
enum MeterFlaw {
    /// Whoever has the update and its key closes (A10).
    CLOSE_BY_ANYBODY,
    /// Refunds before the timeout, as the paper has it (A1).
    REFUND_EARLY,
    /// Closes without the key of the lock (A4).
    KEY_UNCHECKED,
    /// Pays a total above the deposit (A-I5).
    TOTAL_UNCHECKED,
    /// A channel stays open after its close (A18).
    NOT_ENDED,
    /// A payee's Close holds before its time (F8).
    NOT_BEFORE_UNCHECKED
}
