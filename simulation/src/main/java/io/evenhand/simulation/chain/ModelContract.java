package io.evenhand.simulation.chain;

/// A contract of the model chain as an immutable value. What its transactions mean is between it
/// and them; the chain only orders them into blocks.
///
/// @param <C> the contract itself
/// @param <T> the transactions it takes
public interface ModelContract<C extends ModelContract<C, T>, T extends ModelTx> {
    /// The contract after `tx` in a block of that timestamp, in seconds; equal to itself if `tx`
    /// reverts.
    C after(T tx, long time);
}
