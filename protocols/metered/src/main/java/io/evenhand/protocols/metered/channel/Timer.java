package io.evenhand.protocols.metered.channel;

/// The deadlines a side of a channel waits for; setting one again replaces it.
public enum Timer {
    /// The proposal is answered, or the deposit stands, by then.
    DEPOSIT,
    /// The payee closes.
    CLOSE,
    /// The payer takes the deposit back.
    REFUND
}
