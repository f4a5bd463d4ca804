package io.evenhand.simulation.escrow;

/// What a mutant's contract does wrong. The real one does none of it.
public enum EscrowFlaw {
    /// Pays whoever sends the claim (D8).
    PAYEE_UNBOUND,
    /// Refunds before the deadline (R5).
    REFUND_EARLY,
    /// Only the payer may send the refund, so a lost payer strands the wage (D-I11).
    REFUND_BY_PAYER_ONLY,
    /// Gives the wage back to the payer when anybody asks.
    RELEASE_BY_ANYBODY,
    /// Leaves the slot open after a claim.
    SLOT_NOT_CLEARED,
    /// Reverts when the recipient refuses the coin, instead of keeping a credit (D11).
    PUSH_OR_REVERT,
    /// Books what the deal says, not what arrived (D18).
    ARRIVAL_UNCOUNTED
}
