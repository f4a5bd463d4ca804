package io.evenhand.enclave.metered;

import io.evenhand.enclave.metered.EnclaveFrame.ToEnclave;
import io.evenhand.enclave.metered.EnclaveFrame.ToNode;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Limits;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;

/// Frames on the pipes between a node and the enclave of a session: four bytes for the length, then
/// canonical CBOR.
///
/// Neither side trusts the other's lengths: a frame above its limit is refused before room is made
/// for it. The Terms, which the first frame brings, say how long later ones may be.
public final class EnclaveFrames {
    /// Bytes of a frame without a state, module or output: above all, the evidence in a hello.
    public static final int MAX_SMALL = Hello.MAX_EVIDENCE + 8192;

    private EnclaveFrames() {}

    /// Most bytes of a frame to an enclave of these Terms.
    public static int mostToEnclave(Limits limits) {
        return MAX_SMALL + Math.max(limits.moduleBytes(), limits.stateBytes());
    }

    /// Most bytes of a frame to the node: a round's payload is a state and an output, padded by an
    /// eighth at most.
    public static int mostToNode(Limits limits) {
        int plain = limits.stateBytes() + limits.outputBytes();
        return MAX_SMALL + plain + plain / 8;
    }

    /// Writes a frame and flushes it.
    public static void write(DataOutputStream out, EnclaveFrame frame) throws IOException {
        byte[] bytes =
                switch (frame) {
                    case ToEnclave said -> Records.encode(ToEnclave.class, said);
                    case ToNode said -> Records.encode(ToNode.class, said);
                };
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
    }

    /// Reads what a node says, or nothing at the end.
    ///
    /// @param most bytes of a frame: {@link #MAX_SMALL} until the Terms are known
    /// @throws MalformedException if it is no frame of this direction
    public static Optional<ToEnclave> toEnclave(DataInputStream in, int most) throws IOException {
        return content(in, most).map(bytes -> Records.decode(ToEnclave.class, bytes));
    }

    /// Reads what an enclave says, or nothing at the end.
    ///
    /// @param most bytes of a frame
    /// @throws MalformedException if it is no frame of this direction
    public static Optional<ToNode> toNode(DataInputStream in, int most) throws IOException {
        return content(in, most).map(bytes -> Records.decode(ToNode.class, bytes));
    }

    private static Optional<byte[]> content(DataInputStream in, int most) throws IOException {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        try {
            int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
            if (length < 0 || length > most) {
                throw new MalformedException(
                        "a frame of "
                                + Integer.toUnsignedString(length)
                                + " bytes, at most "
                                + most);
            }
            byte[] bytes = new byte[length];
            in.readFully(bytes);
            return Optional.of(bytes);
        } catch (EOFException e) {
            throw new MalformedException("a frame is cut short", e);
        }
    }
}
