package io.evenhand.enclave.sandbox;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes the WebAssembly binary format.
final class WasmWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    WasmWriter u8(int... values) {
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    /// LEB128 without a sign.
    WasmWriter u32(int value) {
        int rest = value;
        while (rest >>> 7 != 0) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        return this;
    }

    /// LEB128 with a sign, for 32 and 64 bits alike.
    WasmWriter signed(long value) {
        long rest = value;
        while (rest < -64 || rest > 63) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>= 7;
        }
        out.write((int) (rest & 0x7f));
        return this;
    }

    WasmWriter littleEndian(long value, int size) {
        for (int i = 0; i < size; i++) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    WasmWriter name(String text) {
        return sized(text.getBytes(StandardCharsets.UTF_8));
    }

    WasmWriter bytes(byte[] bytes, int from, int length) {
        out.write(bytes, from, length);
        return this;
    }

    WasmWriter all(WasmWriter other) {
        out.writeBytes(other.toByteArray());
        return this;
    }

    /// Bytes with their length in front.
    WasmWriter sized(byte[] bytes) {
        u32(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    WasmWriter sized(WasmWriter other) {
        return sized(other.toByteArray());
    }

    int size() {
        return out.size();
    }

    void clear() {
        out.reset();
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
