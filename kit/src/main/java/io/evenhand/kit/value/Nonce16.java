package io.evenhand.kit.value;

import io.evenhand.kit.codec.MalformedException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/// The 16-byte nonce in a seal's label.
public record Nonce16(long a, long b) {
    public static Nonce16 of(byte[] bytes) {
        if (bytes.length != 16) {
            throw new MalformedException("a seal nonce has 16 bytes, got " + bytes.length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new Nonce16(in.getLong(), in.getLong());
    }

    public byte[] toByteArray() {
        return ByteBuffer.allocate(16).putLong(a).putLong(b).array();
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(toByteArray());
    }
}
