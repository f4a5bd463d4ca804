package io.evenhand.simulation.meter;

/// What a mutant's contract does wrong. The real one does none of it.
public enum MeterFlaw {
    /// Anybody may close for the payee (A10).
    CLOSE_BY_ANYBODY,
    /// Takes the payee's `Close` before its `notBefore` (F8).
    NOT_BEFORE_IGNORED,
    /// Takes any `Close` of the payee for any update (F8).
    CLOSE_OF_ANY_UPDATE,
    /// Refunds before the timeout (A-I4).
    REFUND_EARLY,
    /// Closes at and after the timeout.
    CLOSE_LATE,
    /// Gives the deposit back to the payer when anybody asks.
    RELEASE_BY_ANYBODY,
    /// Takes an update that somebody else signed.
    SIGNER_UNBOUND,
    /// Takes a key that does not open the lock.
    LOCK_UNCHECKED,
    /// Pays a total above the deposit from the deposits of others.
    TOTAL_UNBOUNDED,
    /// Leaves the channel open after it closed.
    WORD_NOT_CLEARED,
    /// Reverts when a recipient refuses the coin, instead of keeping a credit (D11).
    PUSH_OR_REVERT,
    /// Tops up whatever storage holds under a key, a credit too (F1).
    TOP_UP_BY_STORAGE_KEY
}
