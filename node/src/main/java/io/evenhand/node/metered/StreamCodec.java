package io.evenhand.node.metered;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.protocols.metered.message.StreamMessage;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Messages as frames of a stream: one byte, 0 for the last or only part, 1 for a part that is gone
/// on with, and the canonical CBOR of the message.
public final class StreamCodec {
    private static final byte LAST = 0;
    private static final byte MORE = 1;

    /// Bytes of one part: a frame of 1 MiB less the byte before it.
    static final int PART = (1 << 20) - 1;

    private final int most;
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

    /// Reads one side of one connection.
    ///
    /// @param most bytes of a message
    public StreamCodec(int most) {
        this.most = most;
    }

    public static List<byte[]> encode(StreamMessage message) {
        byte[] bytes = Records.encode(StreamMessage.class, message);
        List<byte[]> frames = new ArrayList<>(1);
        int at = 0;
        do {
            int length = Math.min(PART, bytes.length - at);
            byte[] frame = new byte[1 + length];
            frame[0] = at + length < bytes.length ? MORE : LAST;
            System.arraycopy(bytes, at, frame, 1, length);
            frames.add(frame);
            at += length;
        } while (at < bytes.length);
        return frames;
    }

    /// Takes a frame; gives the message that it completes.
    ///
    /// @throws MalformedException if it is none: nothing that follows can be trusted
    public Optional<StreamMessage> take(byte[] frame) {
        if (frame.length < 1 || (frame[0] != LAST && frame[0] != MORE)) {
            throw new MalformedException("a frame of no known kind");
        }
        if ((long) parts.size() + frame.length - 1 > most) {
            throw new MalformedException("a message of more than " + most + " bytes");
        }
        if (frame[0] == MORE && frame.length - 1 != PART) {
            throw new MalformedException("a part that is not full is gone on with");
        }
        parts.write(frame, 1, frame.length - 1);
        if (frame[0] == MORE) {
            return Optional.empty();
        }
        byte[] bytes = parts.toByteArray();
        parts.reset();
        return Optional.of(Records.decode(StreamMessage.class, bytes));
    }
}
