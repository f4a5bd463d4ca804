package io.evenhand.kit.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Writes the few CBOR items that Evenhand uses, each in its shortest form (RFC 8949, section
/// 4.2.1).
public final class CborWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// Writes a whole number; negative numbers are major type 1.
    public CborWriter integer(long value) {
        if (value >= 0) {
            head(0, value);
        } else {
            head(1, -1 - value);
        }
        return this;
    }

    public CborWriter bytes(byte[] value) {
        head(2, value.length);
        out.writeBytes(value);
        return this;
    }

    /// Writes text; half a surrogate pair is refused, as it would be written like a question mark.
    public CborWriter text(String value) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            head(3, utf8.remaining());
            out.write(utf8.array(), utf8.arrayOffset() + utf8.position(), utf8.remaining());
            return this;
        } catch (CharacterCodingException e) {
            throw new MalformedException("CBOR: text is not Unicode", e);
        }
    }

    /// Starts an array of exactly `size` items; the caller writes them next.
    public CborWriter array(int size) {
        head(4, size);
        return this;
    }

    public CborWriter bool(boolean value) {
        out.write(value ? 0xf5 : 0xf4);
        return this;
    }

    public byte[] toByteArray() {
        return out.toByteArray();
    }

    private void head(int major, long value) {
        int top = major << 5;
        if (value < 24) {
            out.write(top | (int) value);
        } else if (value < 0x100) {
            out.write(top | 24);
            bigEndian(value, 1);
        } else if (value < 0x10000) {
            out.write(top | 25);
            bigEndian(value, 2);
        } else if (value < 0x1_0000_0000L) {
            out.write(top | 26);
            bigEndian(value, 4);
        } else {
            out.write(top | 27);
            bigEndian(value, 8);
        }
    }

    private void bigEndian(long value, int size) {
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }
}
