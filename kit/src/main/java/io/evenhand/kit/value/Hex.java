package io.evenhand.kit.value;

import io.evenhand.kit.codec.MalformedException;
import java.util.HexFormat;

/// Hex text as people and JSON-RPC write it.
public final class Hex {
    private Hex() {}

    /// Reads exactly `size` bytes, with or without `0x`.
    public static byte[] parse(String hex, int size) {
        String digits = hex.startsWith("0x") || hex.startsWith("0X") ? hex.substring(2) : hex;
        if (digits.length() != 2 * size) {
            throw new MalformedException(
                    size + " bytes in hex expected, got " + digits.length() + " digits");
        }
        return bytes(digits);
    }

    /// Reads any number of bytes after an optional `0x`.
    public static byte[] parse(String hex) {
        return bytes(hex.startsWith("0x") ? hex.substring(2) : hex);
    }

    /// Writes `0x` and the digits, as JSON-RPC wants them.
    public static String format(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(String digits) {
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(
                    "not hex: " + (digits.length() > 20 ? digits.substring(0, 20) + "…" : digits),
                    e);
        }
    }
}
