package io.evenhand.kit.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads what {@link CborWriter} writes and nothing else: a longer form, an unknown type, a length
/// above its limit or bytes after the end are refused with a {@link MalformedException}.
public final class CborReader {
    private final byte[] in;
    private int at;

    public CborReader(byte[] in) {
        this.in = in;
    }

    public long integer() {
        int major = peekMajor();
        if (major == 0) {
            return head(0);
        }
        return -1 - head(1);
    }

    public byte[] bytes(int limit) {
        int length = length(2, limit, "bytes");
        byte[] value = Arrays.copyOfRange(in, at, at + length);
        at += length;
        return value;
    }

    /// Text is for people and names: what {@link PlainText} calls hidden is refused, so that no
    /// peer can move a reader's cursor, colour its screen, forge a log line or make one name look
    /// like another.
    public String text(int limit) {
        int length = length(3, limit, "text");
        try {
            String value =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(in, at, length))
                            .toString();
            at += length;
            refuseHidden(value);
            return value;
        } catch (CharacterCodingException e) {
            throw new MalformedException("CBOR: text is not UTF-8", e);
        }
    }

    static void refuseHidden(String text) {
        text.codePoints()
                .filter(PlainText::isHidden)
                .findFirst()
                .ifPresent(c -> {
                    throw new MalformedException(
                            String.format("CBOR: hidden character U+%04X in a text", c));
                });
    }

    /// Reads the head of an array and returns its size.
    public int array(int limit) {
        long size = head(4);
        if (size > limit) {
            throw new MalformedException("CBOR: array of " + size + " items, limit " + limit);
        }
        return (int) size;
    }

    public boolean bool() {
        int b = next();
        return switch (b) {
            case 0xf4 -> false;
            case 0xf5 -> true;
            default -> throw new MalformedException("CBOR: true or false expected");
        };
    }

    /// Ends the reading: anything left over is an error.
    public void end() {
        if (at != in.length) {
            throw new MalformedException("CBOR: " + (in.length - at) + " bytes after the end");
        }
    }

    private int length(int major, int limit, String what) {
        long length = head(major);
        if (length > limit) {
            throw new MalformedException(
                    "CBOR: " + what + " of " + length + " bytes, limit " + limit);
        }
        if (length > in.length - at) {
            throw new MalformedException("CBOR: truncated");
        }
        return (int) length;
    }

    private int peekMajor() {
        if (at >= in.length) {
            throw new MalformedException("CBOR: truncated");
        }
        return (in[at] & 0xff) >>> 5;
    }

    private int next() {
        if (at >= in.length) {
            throw new MalformedException("CBOR: truncated");
        }
        return in[at++] & 0xff;
    }

    private long head(int major) {
        int b = next();
        if (b >>> 5 != major) {
            throw new MalformedException(
                    "CBOR: major type " + (b >>> 5) + " where " + major + " is expected");
        }
        int info = b & 31;
        if (info < 24) {
            return info;
        }
        int size =
                switch (info) {
                    case 24 -> 1;
                    case 25 -> 2;
                    case 26 -> 4;
                    case 27 -> 8;
                    default ->
                            throw new MalformedException(
                                    "CBOR: indefinite length or reserved head");
                };
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | next();
        }
        boolean shortest =
                switch (size) {
                    case 1 -> value >= 24;
                    case 2 -> value >= 0x100;
                    case 4 -> value >= 0x10000;
                    default -> value < 0 || value >= 0x1_0000_0000L;
                };
        if (!shortest) {
            throw new MalformedException("CBOR: not the shortest form");
        }
        if (value < 0) {
            throw new MalformedException("CBOR: number above 2^63-1");
        }
        return value;
    }
}
