package io.evenhand.kit.value;

import java.util.Arrays;
import java.util.HexFormat;

/// Public bytes of any length, compared by what they are.
public final class Bytes {
    private static final int SHOWN = 16;

    private final byte[] bytes;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Bytes of(byte[] bytes) {
        return new Bytes(bytes.clone());
    }

    public int length() {
        return bytes.length;
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// The first 16 bytes in hex, and how many there are.
    @Override
    public String toString() {
        String start = HexFormat.of().formatHex(bytes, 0, Math.min(SHOWN, bytes.length));
        return bytes.length <= SHOWN ? start : start + "… (" + bytes.length + " bytes)";
    }
}
