package io.evenhand.kit.value;

import io.evenhand.kit.codec.MalformedException;
import java.util.HexFormat;

/// A 64-byte signature: Ed25519 (RFC 8032), or ECDSA over secp256k1 as r ‖ s with low s.
public record Signature(Bytes32 r, Bytes32 s) {
    public static Signature of(byte[] bytes) {
        if (bytes.length != 64) {
            throw new MalformedException("a signature has 64 bytes, got " + bytes.length);
        }
        return new Signature(Bytes32.of(bytes, 0, 32), Bytes32.of(bytes, 32, 32));
    }

    public byte[] toByteArray() {
        byte[] bytes = new byte[64];
        System.arraycopy(r.toByteArray(), 0, bytes, 0, 32);
        System.arraycopy(s.toByteArray(), 0, bytes, 32, 32);
        return bytes;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(toByteArray());
    }
}
