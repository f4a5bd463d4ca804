package io.evenhand.kit.codec;

import io.evenhand.kit.value.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// The difference between two states: their XOR, deflated (level 1), or the new state as it is if
/// that is shorter.
///
/// ```
/// u8 0, the new state                           as it is
/// u8 1, u32 length of the new state, deflated   old XOR new; what the old one lacks is zero
/// ```
public final class StateDiff {
    private static final byte WHOLE = 0;
    private static final byte XOR = 1;
    private static final int HEADER = 1 + Integer.BYTES;

    private StateDiff() {}

    public static byte[] make(Octets before, Octets after) {
        byte[] from = before.toByteArray();
        byte[] to = after.toByteArray();
        byte[] mixed = mix(from, to, to.length);
        // Room for less than the state as it is; what does not fit is longer.
        byte[] room = new byte[to.length + 1];
        int size = deflate(mixed, room);
        if (size >= 0 && HEADER + size < 1 + to.length) {
            return ByteBuffer.allocate(HEADER + size)
                    .put(XOR)
                    .putInt(to.length)
                    .put(room, 0, size)
                    .array();
        }
        return ByteBuffer.allocate(1 + to.length).put(WHOLE).put(to).array();
    }

    /// @param most bytes that the new state may have
    /// @throws MalformedException if it is no difference, or the state would be longer
    public static Octets apply(Octets before, byte[] diff, int most) {
        if (diff.length == 0) {
            throw new MalformedException("an empty difference");
        }
        return switch (diff[0]) {
            case WHOLE -> {
                if (diff.length - 1 > most) {
                    throw tooLong(diff.length - 1L, most);
                }
                yield new Octets(Arrays.copyOfRange(diff, 1, diff.length));
            }
            case XOR -> {
                if (diff.length < HEADER) {
                    throw new MalformedException("a difference is cut short");
                }
                int length = ByteBuffer.wrap(diff, 1, Integer.BYTES).getInt();
                if (length < 0 || length > most) {
                    throw tooLong(Integer.toUnsignedLong(length), most);
                }
                byte[] mixed = inflate(diff, length);
                yield new Octets(mix(before.toByteArray(), mixed, length));
            }
            default -> throw new MalformedException("a difference of kind " + diff[0]);
        };
    }

    private static byte[] mix(byte[] before, byte[] after, int length) {
        byte[] out = Arrays.copyOf(after, length);
        int common = Math.min(before.length, length);
        for (int i = 0; i < common; i++) {
            out[i] ^= before[i];
        }
        return out;
    }

    /// @return bytes written, or -1 if there is no room
    private static int deflate(byte[] plain, byte[] out) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(plain);
            deflater.finish();
            int size = deflater.deflate(out);
            return deflater.finished() ? size : -1;
        } finally {
            deflater.end();
        }
    }

    private static byte[] inflate(byte[] diff, int length) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(diff, HEADER, diff.length - HEADER);
            // Memory follows what is really inflated, not what the length promises.
            ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(length, 1 << 16));
            byte[] block = new byte[Math.min(1 << 16, length + 1)];
            while (!inflater.finished()) {
                int read = inflater.inflate(block);
                if (read == 0 && !inflater.finished()) {
                    throw new MalformedException("a difference is cut short");
                }
                if (out.size() + read > length) {
                    throw new MalformedException("a difference is longer than it says");
                }
                out.write(block, 0, read);
            }
            if (out.size() != length || inflater.getRemaining() > 0) {
                throw new MalformedException("a difference has another length than it says");
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new MalformedException("a difference that does not inflate", e);
        } finally {
            inflater.end();
        }
    }

    private static MalformedException tooLong(long length, int most) {
        return new MalformedException("a state of " + length + " bytes, at most " + most);
    }
}
