package io.evenhand.kit.value;

import io.evenhand.kit.codec.MalformedException;
import java.nio.ByteBuffer;

/// An EVM address: 20 bytes. Prints as `0x` and 40 hex digits.
public record Address(long a, long b, int c) {
    public static final Address ZERO = new Address(0, 0, 0);

    /// EIP-1352: addresses up to this one are kept for the chain's own programs, on Ethereum and on
    /// the chains built like it.
    private static final int LAST_RESERVED = 0xffff;

    public static Address of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    public static Address of(byte[] bytes, int offset, int length) {
        if (length != 20) {
            throw new MalformedException("an address has 20 bytes, got " + length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, 20);
        return new Address(in.getLong(), in.getLong(), in.getInt());
    }

    /// Reads 40 hex digits after an optional `0x`; letter case is not checked (EIP-55 sums are for
    /// people).
    public static Address parse(String hex) {
        return of(Hex.parse(hex, 20));
    }

    /// Whether the chain keeps this address for itself (zero among them): nobody has a key to it,
    /// so money that it gets, and money that waits for it, is lost.
    public boolean isReserved() {
        return a == 0 && b == 0 && Integer.compareUnsigned(c, LAST_RESERVED) <= 0;
    }

    public byte[] toByteArray() {
        return ByteBuffer.allocate(20).putLong(a).putLong(b).putInt(c).array();
    }

    @Override
    public String toString() {
        return Hex.format(toByteArray());
    }
}
