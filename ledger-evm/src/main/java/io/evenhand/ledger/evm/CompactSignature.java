package io.evenhand.ledger.evm;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;

/// An ECDSA signature over secp256k1 in the 64 bytes of EIP-2098: r, and s with the parity of the
/// point in its highest bit. Nothing here says that it is a valid one: see {@link
/// MeterHashes#recover}.
public record CompactSignature(Bytes32 r, Bytes32 vs) {
    public static final int SIZE = 64;

    public static CompactSignature of(byte[] bytes) {
        if (bytes.length != SIZE) {
            throw new MalformedException("a signature has 64 bytes, got " + bytes.length);
        }
        return new CompactSignature(Bytes32.of(bytes, 0, 32), Bytes32.of(bytes, 32, 32));
    }

    public byte[] toByteArray() {
        byte[] bytes = new byte[SIZE];
        System.arraycopy(r.toByteArray(), 0, bytes, 0, 32);
        System.arraycopy(vs.toByteArray(), 0, bytes, 32, 32);
        return bytes;
    }
}
