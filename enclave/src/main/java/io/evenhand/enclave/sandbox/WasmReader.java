package io.evenhand.enclave.sandbox;

import io.evenhand.kit.codec.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads numbers and names of the WebAssembly binary format; whatever is cut short or too long is
/// refused.
final class WasmReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    WasmReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    int position() {
        return at;
    }

    boolean atEnd() {
        return at == end;
    }

    /// The same bytes from another place on.
    WasmReader at(int position) {
        return new WasmReader(bytes, position, end);
    }

    int u8() {
        if (at >= end) {
            throw new MalformedException("the module is cut short");
        }
        return bytes[at++] & 0xff;
    }

    /// LEB128 of at most five bytes, without a sign.
    int u32() {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                if (value >>> 32 != 0) {
                    throw new MalformedException("a number in the module has over 32 bits");
                }
                return (int) value;
            }
        }
        throw new MalformedException("a number in the module has over 32 bits");
    }

    /// A count or an index, which is at most `limit`.
    int count(int limit, String what) {
        int value = u32();
        if (value < 0 || value > limit) {
            throw new MalformedException(
                    Integer.toUnsignedString(value) + " " + what + ", at most " + limit);
        }
        return value;
    }

    /// Skips a signed LEB128 number of at most this many bytes; its value does not matter here.
    void skipSigned(int maxBytes) {
        for (int i = 0; i < maxBytes; i++) {
            if (u8() < 0x80) {
                return;
            }
        }
        throw new MalformedException("a number in the module is too long");
    }

    void advance(int count) {
        if (count < 0 || count > end - at) {
            throw new MalformedException("the module is cut short");
        }
        at += count;
    }

    /// A part of this, with a length of its own in front.
    WasmReader part() {
        int length = u32();
        int from = at;
        advance(length);
        return new WasmReader(bytes, from, at);
    }

    String name() {
        WasmReader text = part();
        int length = text.end - text.at;
        if (length > GuestLimits.MAX_NAME) {
            throw new MalformedException(
                    "a name of " + length + " bytes, at most " + GuestLimits.MAX_NAME);
        }
        return new String(bytes, text.at, length, StandardCharsets.UTF_8);
    }

    void end(String what) {
        if (!atEnd()) {
            throw new MalformedException(what + " has bytes left over");
        }
    }

    /// What is left, without going on.
    byte[] rest() {
        return Arrays.copyOfRange(bytes, at, end);
    }

    /// What was read since a position.
    byte[] since(int from) {
        return Arrays.copyOfRange(bytes, from, at);
    }
}
