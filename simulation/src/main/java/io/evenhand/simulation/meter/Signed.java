package io.evenhand.simulation.meter;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;

/// A signature as the contract sees it: who made it, and over what. Over anything else it is
/// nobody's.
public record Signed(Address by, What what) {
    /// What is signed in one contract on one chain.
    public sealed interface What {
        /// The payer owes `total` once the key of `lock` is shown.
        record Update(ModelChannel.Name channel, Wei total, Bytes32 lock) implements What {}

        /// The payee lets anybody close with exactly this update, from `notBefore` on.
        record Close(ModelChannel.Name channel, Wei total, Bytes32 lock, long notBefore)
                implements What {}
    }
}
