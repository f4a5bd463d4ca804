package io.evenhand.kit.seal;

import io.evenhand.kit.process.Lanes;
import io.evenhand.kit.sign.Hashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One chunk, plain and encrypted, and what works on it: there is one for each of the {@link
/// Lanes}.
final class ChunkSlot {
    final byte[] plain;
    final byte[] chunk;
    private final MessageDigest digest = Hashes.newSha256();

    /// What was made of the chunk: how much of it is in the buffer it went to, and its leaf.
    int made;

    byte[] leaf = {};

    private ChunkSlot(int plainBytes) {
        this.plain = new byte[plainBytes];
        this.chunk = new byte[plainBytes + DemKeys.TAG_SIZE];
    }

    /// Hashes the encrypted chunk.
    void hash(int length) {
        leaf = MerkleTree.leaf(digest, chunk, length);
    }

    /// Reads exactly so many bytes; false if the file ends before.
    static boolean fill(FileChannel in, long at, byte[] into, int offset, int length)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
        while (buffer.hasRemaining()) {
            if (in.read(buffer, at + buffer.position() - offset) < 0) {
                return false;
            }
        }
        return true;
    }

    /// Those of one seal, whose plain bytes are erased at the end.
    static final class Set implements AutoCloseable {
        private final List<ChunkSlot> all = new ArrayList<>();
        private final Lanes<ChunkSlot> lanes;

        /// @param paddedLength of the whole plaintext
        Set(long paddedLength) {
            int bytes = SealHeader.plainLength(paddedLength, 0);
            lanes =
                    new Lanes<>(() -> {
                        ChunkSlot slot = new ChunkSlot(bytes);
                        all.add(slot);
                        return slot;
                    });
        }

        Lanes<ChunkSlot> lanes() {
            return lanes;
        }

        @Override
        public void close() {
            lanes.close();
            all.forEach(slot -> Arrays.fill(slot.plain, (byte) 0));
        }
    }
}
