package io.evenhand.kit.sign;

import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;

/// Strict verification of Ed25519 signatures (RFC 8032): one key and one message have few
/// acceptable signatures, and all verifiers agree on which.
///
/// Refused besides wrong signatures: S not below the group order; a key or an R that is not
/// canonically encoded, is of small order, or lies outside the prime-order group.
public final class Ed25519 {
    private Ed25519() {}

    public static boolean verify(PartyId signer, byte[] message, Signature signature) {
        byte[] key = signer.value().toByteArray();
        byte[] rAndS = signature.toByteArray();
        return org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyFull(key, 0)
                && org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyFull(rAndS, 0)
                && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
                        rAndS, 0, key, 0, message, 0, message.length);
    }

    /// Whether the key is one that {@link #verify} would ever accept.
    public static boolean validKey(PartyId signer) {
        return org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyFull(
                signer.value().toByteArray(), 0);
    }
}
