package io.evenhand.kit.seal;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secret32;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/// Seals a work, in constant memory and wholly determined by its inputs (D1).
///
/// The seed is the provider's, 32 fresh random bytes for each attempt: whoever holds it (and the
/// psk) can open the work, so it is guarded like the work. The same seed with the same label and
/// another work would repeat nonces, and harms only the provider who did it (S7); no other source
/// of randomness is drawn.
public final class Sealer {
    private Sealer() {}

    /// Writes the ciphertext (all chunks in a row) and the leaf list (32 bytes for each chunk).
    /// Both files appear complete and flushed, or not at all.
    public static Sealed seal(
            Path work,
            SealTarget target,
            Secret32 seed,
            Optional<Secret32> psk,
            Path ciphertext,
            Path leaves)
            throws IOException {
        try (NewFile chunks = NewFile.at(ciphertext);
                NewFile list = NewFile.at(leaves)) {
            Pass pass = new Pass(target, seed, psk);
            SealHeader header =
                    pass.run(
                            work,
                            (chunk, length, leaf) -> {
                                chunks.write(chunk, 0, length);
                                list.write(leaf);
                            },
                            (bytes, offset, length) -> {});
            list.commit();
            chunks.commit();
            return new Sealed(header, header.sealId());
        }
    }

    /// The stamper's pass: computes the same header and, from the very bytes it seals, the plain
    /// root; writes nothing.
    public static Resealed reseal(
            Path work, SealTarget target, Secret32 seed, Optional<Secret32> psk)
            throws IOException {
        PlainRoot root = new PlainRoot();
        Pass pass = new Pass(target, seed, psk);
        SealHeader header = pass.run(work, (chunk, length, leaf) -> {}, root::update);
        return new Resealed(header, header.sealId(), root.finish());
    }

    private interface ChunkSink {
        void accept(byte[] chunk, int length, byte[] leaf) throws IOException;
    }

    private interface BodySink {
        void accept(byte[] bytes, int offset, int length);
    }

    private static final class Pass {
        private final SealLabel label;
        private final DemKeys keys;
        private final MerkleTree tree = new MerkleTree();
        private final MessageDigest digest = Hashes.newSha256();

        Pass(SealTarget target, Secret32 seed, Optional<Secret32> psk) {
            this.label = target.label(seed, psk);
            this.keys = DemKeys.ofSeed(label, seed, psk, target.opener());
        }

        SealHeader run(Path work, ChunkSink out, BodySink body) throws IOException {
            Buffers[] rotating = Buffers.rotating();
            try (FileChannel in = FileChannel.open(work, StandardOpenOption.READ);
                    Behind behind = new Behind()) {
                long length = in.size();
                long padded = SealHeader.paddedLength(length);
                int chunks = SealHeader.chunkCount(padded);
                WarmUp.before(padded);
                long bodyLeft = length;
                for (int i = 0; i < chunks; i++) {
                    behind.free();
                    Buffers buffers = rotating[i % rotating.length];
                    int from = i == 0 ? putLength(buffers.plain, length) : 0;
                    int size = SealHeader.plainLength(padded, i);
                    int read = (int) Math.min(size - from, bodyLeft);
                    fill(in, buffers.plain, from, read, work);
                    Arrays.fill(buffers.plain, from + read, size, (byte) 0);
                    bodyLeft -= read;
                    int written =
                            keys.encrypt(i, i == chunks - 1, buffers.plain, size, buffers.chunk);
                    byte[] leaf = MerkleTree.leaf(digest, buffers.chunk, written);
                    tree.add(leaf);
                    behind.submit(() -> {
                        body.accept(buffers.plain, from, read);
                        out.accept(buffers.chunk, written, leaf);
                    });
                }
                behind.finish();
                if (in.size() != length) {
                    throw new IOException(work + " changed while it was sealed");
                }
                return new SealHeader(
                        label,
                        keys.enc(),
                        keys.commitment(),
                        SealHeader.CHUNK_SIZE,
                        chunks,
                        padded,
                        tree.root());
            } finally {
                Buffers.erase(rotating);
            }
        }

        private static int putLength(byte[] plain, long length) {
            ByteBuffer.wrap(plain).putLong(length);
            return SealHeader.LENGTH_SIZE;
        }

        private static void fill(FileChannel in, byte[] into, int offset, int length, Path work)
                throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
            while (buffer.hasRemaining()) {
                if (in.read(buffer) < 0) {
                    throw new IOException(work + " changed while it was sealed");
                }
            }
        }
    }

    /// Refuses a work that no seal can hold; for callers who know the length before they start.
    public static void checkLength(long workLength) {
        if (workLength < 0 || workLength > SealHeader.MAX_WORK) {
            throw new MalformedException(
                    "a seal holds 0 to " + SealHeader.MAX_WORK + " bytes, got " + workLength);
        }
    }
}
