package io.evenhand.kit.sign;

import io.evenhand.kit.value.Bytes32;

/// Which other statements of the same signer a statement excludes.
public sealed interface Place {
    /// One statement of its type in its exchange and slot, for ever.
    ///
    /// @param slot which of several of this type in one exchange, such as a round
    record Once(int slot) implements Place {}

    /// The newest one of its type at an output replaces the one before, such as the update of a
    /// payment channel. Its number rises; of two with the same number the round rises. None comes
    /// after a higher one, and at one number and round there is never another one.
    ///
    /// @param output the output on a chain that it is about
    record Rising(Bytes32 output, long number, long round) implements Place {}
}
