package io.evenhand.protocols.delegation;

import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import java.util.Arrays;

/// Keys that only an attacker offers.
final class Keys {
    /// No point of secp256k1 has x = 5.
    static final PublicKey OFF_CURVE = new PublicKey((byte) 2, new Bytes32(0, 0, 0, 5));

    /// `(1/Gx)·G`, whose second address would be that of the point at infinity (D12).
    static final PublicKey WITHOUT_LOCK = Secp256k1.publicKey(secretWithoutLock());

    private Keys() {}

    static Secret32 secretWithoutLock() {
        byte[] inverse = Secp256k1.GENERATOR_X.modInverse(Secp256k1.ORDER).toByteArray();
        byte[] scalar = new byte[32];
        int length = Math.min(32, inverse.length);
        System.arraycopy(inverse, inverse.length - length, scalar, 32 - length, length);
        Secret32 secret = Secret32.of(scalar);
        Arrays.fill(scalar, (byte) 0);
        return secret;
    }
}
