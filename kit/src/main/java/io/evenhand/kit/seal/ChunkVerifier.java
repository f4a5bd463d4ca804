package io.evenhand.kit.seal;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.sign.Hashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;

/// Checks encrypted chunks in any order as they arrive, against a leaf list that was itself checked
/// against the header's root (S6).
///
/// It holds 32 bytes for each chunk, 32 KiB for a GiB. Chunks may be checked by several threads.
public final class ChunkVerifier {
    private final SealHeader header;
    private final byte[] leaves;

    /// Refuses a header that is not well formed, a list of another size, and one with another root.
    public ChunkVerifier(SealHeader header, byte[] leaves) {
        header.check();
        if (leaves.length != leavesLength(header)) {
            throw new MalformedException(
                    "a leaf list of "
                            + leaves.length
                            + " bytes for "
                            + header.chunks()
                            + " chunks");
        }
        if (!MerkleTree.root(leaves).equals(header.root())) {
            throw new MalformedException("the leaf list has another root than the seal");
        }
        this.header = header;
        this.leaves = leaves.clone();
    }

    /// Reads the list from a file, after looking at its size.
    public static ChunkVerifier of(SealHeader header, Path leaves) throws IOException {
        header.check();
        if (Files.size(leaves) != leavesLength(header)) {
            throw new MalformedException(
                    leaves + " is no leaf list for " + header.chunks() + " chunks");
        }
        return new ChunkVerifier(header, Files.readAllBytes(leaves));
    }

    /// Octets of the leaf list that belongs to a header.
    public static long leavesLength(SealHeader header) {
        return (long) header.chunks() * Hashes.SIZE;
    }

    /// Whether these bytes are exactly this chunk: its size and its hash.
    public boolean accepts(int index, ByteBuffer chunk) {
        if (index < 0
                || index >= header.chunks()
                || chunk.remaining() != header.chunkLength(index)) {
            return false;
        }
        byte[] leaf = MerkleTree.leaf(Hashes.newSha256(), chunk.duplicate());
        int at = index * Hashes.SIZE;
        return Arrays.equals(leaf, 0, Hashes.SIZE, leaves, at, at + Hashes.SIZE);
    }

    /// The same for the first `length` bytes of an array.
    public boolean accepts(int index, byte[] chunk, int length) {
        return accepts(index, ByteBuffer.wrap(chunk, 0, length));
    }

    public boolean accepts(int index, byte[] chunk) {
        return accepts(index, chunk, chunk.length);
    }

    /// Which chunks a partly written ciphertext file holds: what a restarted receiver need not
    /// fetch again.
    public BitSet held(Path ciphertext) throws IOException {
        BitSet held = new BitSet();
        byte[] chunk = new byte[SealHeader.CHUNK_SIZE + DemKeys.TAG_SIZE];
        try (FileChannel in = FileChannel.open(ciphertext, StandardOpenOption.READ)) {
            for (int i = 0; i < header.chunks(); i++) {
                int length = header.chunkLength(i);
                if (ChunkSlot.fill(in, header.chunkOffset(i), chunk, 0, length)) {
                    held.set(i, accepts(i, chunk, length));
                }
            }
        }
        return held;
    }
}
