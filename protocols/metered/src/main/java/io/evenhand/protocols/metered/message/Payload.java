package io.evenhand.protocols.metered.message;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.StateDiff;
import io.evenhand.kit.seal.Padme;
import io.evenhand.kit.value.Octets;
import java.util.Arrays;

/// What a round gives, as it is sealed: the difference of its states and its output, padded to a
/// size class, so that the ciphertext's length tells little (F12).
///
/// ```
/// u32 bytes of the difference, u32 bytes of the output, difference, output, zeros
/// ```
///
/// The payload of a fault is empty.
public record Payload(Octets diff, Octets output) {
    private static final int HEADER = 8;

    public static Payload of(Octets before, Octets after, Octets output) {
        return new Payload(new Octets(StateDiff.make(before, after)), output);
    }

    public Octets encode() {
        byte[] d = diff.toByteArray();
        byte[] o = output.toByteArray();
        long size = Padme.length((long) HEADER + d.length + o.length);
        byte[] out = new byte[Math.toIntExact(size)];
        putInt(out, 0, d.length);
        putInt(out, 4, o.length);
        System.arraycopy(d, 0, out, HEADER, d.length);
        System.arraycopy(o, 0, out, HEADER + d.length, o.length);
        return new Octets(out);
    }

    /// @throws MalformedException if it is none, or its output is above the limit
    public static Payload decode(Octets encoded, Limits limits) {
        byte[] in = encoded.toByteArray();
        if (in.length < HEADER) {
            throw new MalformedException("a payload is cut short");
        }
        int diff = getInt(in, 0);
        int output = getInt(in, 4);
        if (diff < 0 || output < 0 || (long) HEADER + diff + output > in.length) {
            throw new MalformedException("a payload is shorter than it says");
        }
        if (output > limits.outputBytes()) {
            throw new MalformedException(
                    "an output of " + output + " bytes, at most " + limits.outputBytes());
        }
        int end = HEADER + diff + output;
        if (in.length != Padme.length(end)) {
            throw new MalformedException("a payload has another length than it says");
        }
        return new Payload(
                new Octets(Arrays.copyOfRange(in, HEADER, HEADER + diff)),
                new Octets(Arrays.copyOfRange(in, HEADER + diff, end)));
    }

    /// The state after the round.
    ///
    /// @throws MalformedException if the difference is none, or the state is above the limit
    public Octets apply(Octets before, Limits limits) {
        return StateDiff.apply(before, diff.toByteArray(), limits.stateBytes());
    }

    private static void putInt(byte[] out, int at, int value) {
        out[at] = (byte) (value >>> 24);
        out[at + 1] = (byte) (value >>> 16);
        out[at + 2] = (byte) (value >>> 8);
        out[at + 3] = (byte) value;
    }

    private static int getInt(byte[] in, int at) {
        return (in[at] & 0xff) << 24
                | (in[at + 1] & 0xff) << 16
                | (in[at + 2] & 0xff) << 8
                | (in[at + 3] & 0xff);
    }
}
