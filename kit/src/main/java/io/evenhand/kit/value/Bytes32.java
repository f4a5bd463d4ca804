package io.evenhand.kit.value;

import io.evenhand.kit.codec.MalformedException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/// Exactly 32 public bytes, as four big-endian longs: cheap to compare and to hash. Prints as 64
/// hex digits.
public record Bytes32(long a, long b, long c, long d) {
    public static final Bytes32 ZERO = new Bytes32(0, 0, 0, 0);

    public static Bytes32 of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    public static Bytes32 of(byte[] bytes, int offset, int length) {
        if (length != 32) {
            throw new MalformedException("32 bytes expected, got " + length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, 32);
        return new Bytes32(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    /// Reads 64 hex digits, with or without `0x`.
    public static Bytes32 parse(String hex) {
        return of(Hex.parse(hex, 32));
    }

    public byte[] toByteArray() {
        return ByteBuffer.allocate(32).putLong(a).putLong(b).putLong(c).putLong(d).array();
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(toByteArray());
    }
}
