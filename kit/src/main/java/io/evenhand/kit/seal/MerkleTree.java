package io.evenhand.kit.seal;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/// A Merkle tree hash (RFC 6962, section 2.1) over leaves that arrive one by one.
///
/// It keeps one node per height of a finished subtree, at most 64: `leaf = SHA-256(0 ‖ data)`,
/// `node = SHA-256(1 ‖ left ‖ right)`.
public final class MerkleTree {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest digest = Hashes.newSha256();
    private final byte[][] finished = new byte[64][];
    private long count;

    /// Hashes a leaf's data; a digest that is used for nothing else may be handed in again and
    /// again.
    static byte[] leaf(MessageDigest digest, byte[] data, int length) {
        return leaf(digest, ByteBuffer.wrap(data, 0, length));
    }

    static byte[] leaf(MessageDigest digest, ByteBuffer data) {
        digest.update(LEAF);
        digest.update(data);
        return digest.digest();
    }

    /// The hash of one leaf.
    public static Bytes32 leaf(byte[] data) {
        return Bytes32.of(leaf(Hashes.newSha256(), data, data.length));
    }

    /// The root over leaf hashes that stand one after the other, 32 bytes each.
    public static Bytes32 root(byte[] leaves) {
        if (leaves.length % Hashes.SIZE != 0) {
            throw new IllegalArgumentException("leaf hashes have 32 bytes each");
        }
        MerkleTree tree = new MerkleTree();
        for (int at = 0; at < leaves.length; at += Hashes.SIZE) {
            tree.add(Arrays.copyOfRange(leaves, at, at + Hashes.SIZE));
        }
        return tree.root();
    }

    /// Takes the hash of the next leaf.
    public void add(byte[] leafHash) {
        byte[] node = leafHash;
        int height = 0;
        for (long bits = count; (bits & 1) == 1; bits >>>= 1) {
            node = node(finished[height], node);
            height++;
        }
        finished[height] = node;
        count++;
    }

    /// The root so far; a tree without leaves is the SHA-256 of nothing.
    public Bytes32 root() {
        if (count == 0) {
            return Bytes32.of(Hashes.sha256());
        }
        int height = Long.numberOfTrailingZeros(count);
        byte[] node = finished[height];
        for (height++; height < 64; height++) {
            if ((count >>> height & 1) == 1) {
                node = node(finished[height], node);
            }
        }
        return Bytes32.of(node);
    }

    private byte[] node(byte[] left, byte[] right) {
        digest.update(NODE);
        digest.update(left);
        return digest.digest(right);
    }
}
