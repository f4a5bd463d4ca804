package io.evenhand.simulation.meter;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;

/// A channel of the meter.
///
/// @param signer whose updates count
/// @param timeout block timestamp in seconds
public record ModelChannel(
        Address payer, Address payee, Address signer, long timeout, Bytes32 xid) {
    /// What updates are signed for: all but the signer.
    public record Name(Address payer, Address payee, long timeout, Bytes32 xid) {
        ModelChannel of(Address signer) {
            return new ModelChannel(payer, payee, signer, timeout, xid);
        }
    }

    public Name name() {
        return new Name(payer, payee, timeout, xid);
    }
}
