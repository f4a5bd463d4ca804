package io.evenhand.kit.value;

import java.util.Arrays;
import java.util.HexFormat;

/// Public bytes of any length, compared by content and never changed.
public final class Octets {
    private static final int SHOWN = 16;

    private final byte[] bytes;

    public Octets(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets o && Arrays.equals(bytes, o.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// Hex digits, cut after 16 bytes.
    @Override
    public String toString() {
        return bytes.length <= SHOWN
                ? HexFormat.of().formatHex(bytes)
                : HexFormat.of().formatHex(bytes, 0, SHOWN) + "… (" + bytes.length + " bytes)";
    }
}
