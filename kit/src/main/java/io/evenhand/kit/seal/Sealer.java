package io.evenhand.kit.seal;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.sign.Secret32;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    /// Both files appear complete, or not at all, and flushed unless they are small.
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
            list.commitUnlessSmall();
            chunks.commitUnlessSmall();
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

        Pass(SealTarget target, Secret32 seed, Optional<Secret32> psk) {
            this.label = target.label(seed, psk);
            this.keys = DemKeys.ofSeed(label, seed, psk, target.opener());
        }

        SealHeader run(Path work, ChunkSink out, BodySink body) throws IOException {
            try (FileChannel in = FileChannel.open(work, StandardOpenOption.READ)) {
                long length = in.size();
                long padded = SealHeader.paddedLength(length);
                int chunks = SealHeader.chunkCount(padded);
                WarmUp.before(padded);
                try (ChunkSlot.Set slots = new ChunkSlot.Set(padded)) {
                    for (int i = 0; i < chunks; i++) {
                        Plain plain = new Plain(i, length, padded);
                        ChunkSlot slot = slots.lanes().slot();
                        slots.lanes()
                                .submit(
                                        slot,
                                        () -> encrypt(in, plain, slot, work),
                                        () -> {
                                            tree.add(slot.leaf);
                                            body.accept(slot.plain, plain.from(), plain.body());
                                            out.accept(slot.chunk, slot.made, slot.leaf);
                                        });
                    }
                    slots.lanes().finish();
                }
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
            }
        }

        private void encrypt(FileChannel in, Plain plain, ChunkSlot slot, Path work)
                throws IOException {
            int from = plain.from();
            if (from > 0) {
                ByteBuffer.wrap(slot.plain).putLong(plain.length);
            }
            if (!ChunkSlot.fill(in, plain.offset(), slot.plain, from, plain.body())) {
                throw new IOException(work + " changed while it was sealed");
            }
            Arrays.fill(slot.plain, from + plain.body(), plain.size(), (byte) 0);
            slot.made =
                    keys.encrypt(plain.index, plain.isLast(), slot.plain, plain.size(), slot.chunk);
            slot.hash(slot.made);
        }
    }

    /// What a chunk holds: the length before the first bytes of the work, then the work, then
    /// zeros.
    ///
    /// @param length of the work
    /// @param padded length of the whole plaintext
    private record Plain(int index, long length, long padded) {
        int size() {
            return SealHeader.plainLength(padded, index);
        }

        boolean isLast() {
            return index == SealHeader.chunkCount(padded) - 1;
        }

        /// Where the work begins in it.
        int from() {
            return index == 0 ? SealHeader.LENGTH_SIZE : 0;
        }

        /// Where the work goes on in its file.
        long offset() {
            return Math.max(0, (long) index * SealHeader.CHUNK_SIZE - SealHeader.LENGTH_SIZE);
        }

        /// Bytes of the work in it.
        int body() {
            return Math.clamp(length - offset(), 0, size() - from());
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
