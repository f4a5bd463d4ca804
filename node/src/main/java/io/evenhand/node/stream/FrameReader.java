package io.evenhand.node.stream;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/// Puts frames together from bytes as they come.
///
/// Memory grows with what has come, not with what was announced.
final class FrameReader {
    private static final int FIRST_BYTES = 4 << 10;

    private final Consumer<byte[]> whole;

    /// Of the length, as far as it has come.
    private int head;

    private int headBytes;
    private int length;
    private byte[] body = {};
    private int bodyBytes;

    /// @param whole takes each frame
    FrameReader(Consumer<byte[]> whole) {
        this.whole = whole;
    }

    /// A length that no frame has.
    static final class BadLengthException extends Exception {
        private static final long serialVersionUID = 1L;
        private final StreamEnd end;

        BadLengthException(StreamEnd end) {
            super("a frame of no bytes, or above the limit");
            this.end = end;
        }

        StreamEnd end() {
            return end;
        }
    }

    /// Whether a frame has come in part.
    boolean holdsPart() {
        return headBytes > 0;
    }

    /// Takes all of these bytes.
    void take(ByteBuffer bytes) throws BadLengthException {
        while (bytes.hasRemaining()) {
            if (headBytes < StreamLimits.LENGTH_BYTES) {
                head = head << Byte.SIZE | Byte.toUnsignedInt(bytes.get());
                headBytes++;
                if (headBytes == StreamLimits.LENGTH_BYTES) {
                    begin();
                }
            } else {
                more(bytes);
            }
        }
    }

    private void begin() throws BadLengthException {
        if (head == 0) {
            throw new BadLengthException(StreamEnd.EMPTY);
        }
        if (Integer.compareUnsigned(head, StreamLimits.MAX_FRAME) > 0) {
            throw new BadLengthException(StreamEnd.TOO_LONG);
        }
        length = head;
        body = new byte[Math.min(length, FIRST_BYTES)];
        bodyBytes = 0;
    }

    private void more(ByteBuffer bytes) {
        int next = Math.min(bytes.remaining(), length - bodyBytes);
        if (bodyBytes + next > body.length) {
            body =
                    Arrays.copyOf(
                            body, Math.min(length, Math.max(2 * body.length, bodyBytes + next)));
        }
        bytes.get(body, bodyBytes, next);
        bodyBytes += next;
        if (bodyBytes == length) {
            byte[] frame = body;
            body = new byte[0];
            head = 0;
            headBytes = 0;
            whole.accept(frame);
        }
    }
}
