package io.evenhand.kit.sign;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import java.math.BigInteger;

/// The two addresses that bind a key on chain (D12, decisions 7), computed from the public point.
///
/// The contract checks `a1 = ecrecover(0, 27, Gx, s)` and `a2 = ecrecover(1, 27, Gx, s)` with `s =
/// Gx·sk mod n`: the first is the address of `sk·G`, the second that of `(sk − 1/Gx)·G`.
public final class PointLock {
    /// `(1/Gx)·G`, the point between the two.
    private static final PublicKey STEP = step();

    private PointLock() {}

    /// Both addresses; a key off the curve and the one key without a second address are refused.
    public static LockAddresses of(PublicKey key) {
        if (key.equals(STEP)) {
            throw new MalformedException("the key 1/Gx has no second address; make another key");
        }
        return new LockAddresses(
                Secp256k1.evmAddress(key), Secp256k1.evmAddress(Secp256k1.subtract(key, STEP)));
    }

    /// Whether the scalar is a key and has both addresses.
    public static boolean opens(LockAddresses lock, Bytes32 scalar) {
        if (!Secp256k1.validScalar(scalar)) {
            return false;
        }
        PublicKey key = Secp256k1.publicKey(Secret32.of(scalar.toByteArray()));
        return !key.equals(STEP) && of(key).equals(lock);
    }

    private static PublicKey step() {
        BigInteger inverse = Secp256k1.GENERATOR_X.modInverse(Secp256k1.ORDER);
        return Secp256k1.publicKey(Secret32.of(Words.uint(inverse, 256)));
    }
}
