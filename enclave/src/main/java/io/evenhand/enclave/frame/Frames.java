package io.evenhand.enclave.frame;

import io.evenhand.enclave.frame.Frame.ToHost;
import io.evenhand.enclave.frame.Frame.ToNode;
import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;

/// Frames on a pipe: one byte for the kind, four for the length, then canonical CBOR, or the bytes
/// of a leaf as they are.
///
/// Neither side trusts the other's lengths: a frame above its limit is refused before room is made
/// for it.
public final class Frames {
    /// A question with the longest policy and its figures.
    static final int MAX_QUESTION = PolicySpec.MAX_TEXT + 256;

    /// An answer: a verdict's words and a few figures.
    static final int MAX_ANSWER = 4096;

    static final int MAX_LEAF = Source.LEAF;

    private static final int RECORD = 1;
    private static final int LEAF = 2;

    private Frames() {}

    /// Writes a frame and flushes it.
    public static void write(DataOutputStream out, Frame frame) throws IOException {
        switch (frame) {
            case ToHost.Leaf(Octets bytes) -> write(out, LEAF, bytes.toByteArray());
            case ToHost question -> write(out, RECORD, Records.encode(ToHost.class, question));
            case ToNode answer -> write(out, RECORD, Records.encode(ToNode.class, answer));
        }
    }

    private static void write(DataOutputStream out, int kind, byte[] bytes) throws IOException {
        out.writeByte(kind);
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
    }

    /// Reads what a node says, or nothing at the end.
    ///
    /// @throws MalformedException if it is no frame, or a frame of the other direction
    public static Optional<ToHost> toHost(DataInputStream in) throws IOException {
        int kind = in.read();
        return switch (kind) {
            case -1 -> Optional.empty();
            case RECORD -> Optional.of(Records.decode(ToHost.class, content(in, MAX_QUESTION)));
            case LEAF -> Optional.of(new ToHost.Leaf(new Octets(content(in, MAX_LEAF))));
            default -> throw new MalformedException("a frame of an unknown kind " + kind);
        };
    }

    /// Reads what a host says, or nothing at the end.
    ///
    /// @throws MalformedException if it is no frame, or a frame of the other direction
    public static Optional<ToNode> toNode(DataInputStream in) throws IOException {
        int kind = in.read();
        return switch (kind) {
            case -1 -> Optional.empty();
            case RECORD -> Optional.of(Records.decode(ToNode.class, content(in, MAX_ANSWER)));
            default -> throw new MalformedException("a frame of an unknown kind " + kind);
        };
    }

    private static byte[] content(DataInputStream in, int limit) throws IOException {
        try {
            int length = in.readInt();
            if (length < 0 || length > limit) {
                throw new MalformedException(
                        "a frame of "
                                + Integer.toUnsignedString(length)
                                + " bytes, at most "
                                + limit);
            }
            byte[] bytes = new byte[length];
            in.readFully(bytes);
            return bytes;
        } catch (EOFException e) {
            throw new MalformedException("a frame is cut short", e);
        }
    }
}
