package io.evenhand.kit.deal;

/// What the contract did with a deal, as of one block.
public enum DealStatus {
    /// Never opened.
    ABSENT,
    OPEN,
    /// The key was published and the wage went to the payee.
    CLAIMED,
    /// The wage went back to the payer, at the deadline or because the payee released it.
    REFUNDED
}
