package io.evenhand.kit.sign;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Strict verification of Ed25519 signatures (RFC 8032): one key and one message have few
/// acceptable signatures, and all verifiers agree on which.
///
/// Refused besides wrong signatures: S not below the group order; a key or an R that is not
/// canonically encoded, is of small order, or lies outside the prime-order group.
///
/// What was accepted lately is known by its hash: a message is looked at when it arrives, and
/// several times more as evidence. What was refused is computed anew each time.
public final class Ed25519 {
    private static final Accepted SIGNATURES = new Accepted();
    private static final Accepted KEYS = new Accepted();

    private Ed25519() {}

    /// Hashes of what was accepted lately, a few hundred kilobytes.
    private static final class Accepted extends LinkedHashMap<Bytes32, Boolean> {
        private static final long serialVersionUID = 1L;

        private static final int MOST = 4_096;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes32, Boolean> eldest) {
            return size() > MOST;
        }

        /// Whether it is known, or passes a check that is then made.
        boolean passes(Bytes32 what, BooleanSupplier check) {
            synchronized (this) {
                if (containsKey(what)) {
                    return true;
                }
            }
            boolean passed = check.getAsBoolean();
            if (passed) {
                synchronized (this) {
                    put(what, true);
                }
            }
            return passed;
        }
    }

    public static boolean verify(PartyId signer, byte[] message, Signature signature) {
        byte[] key = signer.value().toByteArray();
        byte[] rAndS = signature.toByteArray();
        // Key and signature have one length each.
        Bytes32 all = Bytes32.of(Hashes.sha256("evenhand/accepted", key, rAndS, message));
        return SIGNATURES.passes(
                all,
                () ->
                        validKey(signer)
                                && isInGroup(rAndS)
                                && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
                                        rAndS, 0, key, 0, message, 0, message.length));
    }

    /// Whether the first 32 bytes are a point that is canonically encoded and of the group's order.
    private static boolean isInGroup(byte[] point) {
        return org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyFull(point, 0);
    }

    /// Whether the key is one that {@link #verify} would ever accept.
    public static boolean validKey(PartyId signer) {
        return KEYS.passes(signer.value(), () -> isInGroup(signer.value().toByteArray()));
    }
}
