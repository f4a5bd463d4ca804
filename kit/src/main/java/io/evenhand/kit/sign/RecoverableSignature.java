package io.evenhand.kit.sign;

import io.evenhand.kit.value.Bytes32;

/// An ECDSA signature from which the signer's key can be computed, as Ethereum transactions carry
/// it.
///
/// @param recId 0 to 3; the transaction's `yParity` if below 2
public record RecoverableSignature(Bytes32 r, Bytes32 s, int recId) {}
