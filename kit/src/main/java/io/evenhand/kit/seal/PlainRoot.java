package io.evenhand.kit.seal;

import io.evenhand.kit.process.Lanes;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.function.Consumer;

/// The Merkle root (RFC 6962) of plain bytes in leaves of 1 MiB, the last one shorter; no bytes are
/// one empty leaf.
///
/// Inputs are named by it, and the stamper compares the root under which it took the work in with
/// the one that its sealing pass saw (decisions 16b).
public final class PlainRoot {
    public static final int LEAF_SIZE = 1 << 20;

    private static final byte LEAF = 0;

    private final MerkleTree tree = new MerkleTree();
    private final Consumer<Bytes32> leaves;
    private final MessageDigest digest = Hashes.newSha256();
    private int inLeaf;
    private boolean open;
    private boolean any;

    public PlainRoot() {
        this(leaf -> {});
    }

    /// @param leaves is told the hash of each leaf, in order
    public PlainRoot(Consumer<Bytes32> leaves) {
        this.leaves = leaves;
    }

    /// The root of a file.
    public static Bytes32 of(Path file) throws IOException {
        MerkleTree tree = new MerkleTree();
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = in.size();
            int most = (int) Math.min(size, LEAF_SIZE);
            try (Lanes<Leaf> lanes = new Lanes<>(() -> new Leaf(most))) {
                long at = 0;
                do {
                    long start = at;
                    int length = (int) Math.min(size - start, LEAF_SIZE);
                    Leaf leaf = lanes.slot();
                    lanes.submit(
                            leaf,
                            () -> leaf.read(in, start, length, file),
                            () -> tree.add(leaf.hash));
                    at += length;
                } while (at < size);
                lanes.finish();
            }
        }
        return tree.root();
    }

    private static final class Leaf {
        private final byte[] bytes;
        private final MessageDigest digest = Hashes.newSha256();
        private byte[] hash = {};

        Leaf(int most) {
            bytes = new byte[most];
        }

        void read(FileChannel in, long at, int length, Path file) throws IOException {
            if (!ChunkSlot.fill(in, at, bytes, 0, length)) {
                throw new IOException(file + " became shorter while it was read");
            }
            hash = MerkleTree.leaf(digest, bytes, length);
        }
    }

    /// Takes the next bytes, in pieces of any size.
    public void update(byte[] bytes, int offset, int length) {
        int at = offset;
        int left = length;
        while (left > 0) {
            startLeaf();
            int now = Math.min(left, LEAF_SIZE - inLeaf);
            digest.update(bytes, at, now);
            inLeaf += now;
            at += now;
            left -= now;
            if (inLeaf == LEAF_SIZE) {
                endLeaf();
            }
        }
    }

    /// The root; nothing can be added afterwards.
    public Bytes32 finish() {
        if (!any) {
            startLeaf();
        }
        if (open) {
            endLeaf();
        }
        return tree.root();
    }

    /// The hash of a leaf that is at hand as a whole.
    public static Bytes32 leafHash(byte[] leaf) {
        MessageDigest digest = Hashes.newSha256();
        digest.update(LEAF);
        return Bytes32.of(digest.digest(leaf));
    }

    private void startLeaf() {
        if (!open) {
            digest.update(LEAF);
            open = true;
            any = true;
        }
    }

    private void endLeaf() {
        byte[] hash = digest.digest();
        leaves.accept(Bytes32.of(hash));
        tree.add(hash);
        open = false;
        inLeaf = 0;
    }
}
