package io.evenhand.kit.value;

import io.evenhand.kit.codec.MalformedException;
import java.util.HexFormat;

/// A secp256k1 public key in compressed form (SEC 1, 33 bytes). Being on the curve is checked where
/// keys are used.
public record PublicKey(byte parity, Bytes32 x) {
    public PublicKey {
        if (parity != 2 && parity != 3) {
            throw new MalformedException("a compressed public key starts with 02 or 03");
        }
    }

    public static PublicKey of(byte[] compressed) {
        if (compressed.length != 33) {
            throw new MalformedException(
                    "a compressed public key has 33 bytes, got " + compressed.length);
        }
        return new PublicKey(compressed[0], Bytes32.of(compressed, 1, 32));
    }

    public byte[] toByteArray() {
        byte[] bytes = new byte[33];
        bytes[0] = parity;
        System.arraycopy(x.toByteArray(), 0, bytes, 1, 32);
        return bytes;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(toByteArray());
    }
}
