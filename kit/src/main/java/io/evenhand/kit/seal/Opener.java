package io.evenhand.kit.seal;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.SecretNames;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/// Opens a seal in constant memory and checks all of it: label, commitment, every chunk, the
/// length, its size class, the zeros after it, and the root.
///
/// The plaintext appears under its name only if all of that holds, flushed unless it is small. A
/// seal that is not what its header says is refused with a `MalformedException`.
public final class Opener {
    private static final byte[] ZEROS = new byte[SealHeader.CHUNK_SIZE];

    private Opener() {}

    /// Opens with the opener's scalar.
    public static void open(
            SealHeader header, Path ciphertext, Secret32 scalar, Optional<Secret32> psk, Path out)
            throws IOException {
        decrypt(header, keys(header, scalar, psk), ciphertext, out);
    }

    /// Opens with the scalar that a claim published.
    public static void open(
            SealHeader header, Path ciphertext, RevealedKey key, Optional<Secret32> psk, Path out)
            throws IOException {
        open(header, ciphertext, Secret32.of(key.scalar().toByteArray()), psk, out);
    }

    /// Opens with the seed. If this succeeds, sealing the plaintext with the same seed gives the
    /// same `sealId` (S2), because everything is deterministic and GCM is tidy.
    public static void openWithSeed(
            SealHeader header,
            Path ciphertext,
            Secret32 seed,
            Optional<Secret32> psk,
            PublicKey opener,
            Path out)
            throws IOException {
        header.check();
        SealLabel label = header.label();
        SealTarget target = new SealTarget(label.suite(), label.xid(), label.slot(), opener);
        if (!target.label(seed, psk).equals(label)) {
            throw new MalformedException("the seal was not made from this seed, psk and opener");
        }
        DemKeys keys = DemKeys.ofSeed(label, seed, psk, opener);
        if (!keys.enc().equals(header.enc())) {
            throw new MalformedException("the seal was not made from this seed");
        }
        checkCommitment(header, keys);
        decrypt(header, keys, ciphertext, out);
    }

    /// Checks from the header alone that the scalar (and the psk) open this seal (S3); throws if
    /// not.
    public static void check(SealHeader header, Secret32 scalar, Optional<Secret32> psk) {
        keys(header, scalar, psk);
    }

    /// Gets the processor ready, beside whatever the caller does, for a seal that will be opened.
    public static void prepare(SealHeader header) {
        WarmUp.soon(header.paddedLength());
    }

    private static DemKeys keys(SealHeader header, Secret32 scalar, Optional<Secret32> psk) {
        header.check();
        PublicKey opener = Secp256k1.publicKey(scalar);
        if (!SecretNames.fingerprint(opener).equals(header.label().opener())) {
            throw new MalformedException("the seal is for another key");
        }
        Bytes32 pskId = psk.map(SecretNames::pskId).orElse(Bytes32.ZERO);
        if (!pskId.equals(header.label().pskId())) {
            throw new MalformedException("the seal was made with another pre-shared secret");
        }
        DemKeys keys = DemKeys.ofScalar(header.label(), header.enc(), scalar, psk);
        checkCommitment(header, keys);
        return keys;
    }

    private static void checkCommitment(SealHeader header, DemKeys keys) {
        if (!keys.commitment().equals(header.commitment())) {
            throw new MalformedException("the key does not match the seal's commitment");
        }
    }

    private static void decrypt(SealHeader header, DemKeys keys, Path ciphertext, Path out)
            throws IOException {
        MerkleTree tree = new MerkleTree();
        try (FileChannel in = FileChannel.open(ciphertext, StandardOpenOption.READ);
                NewFile file = NewFile.at(out);
                ChunkSlot.Set slots = new ChunkSlot.Set(header.paddedLength())) {
            checkSize(header, in.size());
            WarmUp.before(header.paddedLength());
            Body body = new Body(header, file);
            for (int i = 0; i < header.chunks(); i++) {
                int index = i;
                ChunkSlot slot = slots.lanes().slot();
                slots.lanes()
                        .submit(
                                slot,
                                () -> decrypt(header, keys, in, index, slot),
                                () -> {
                                    tree.add(slot.leaf);
                                    body.write(index, slot);
                                });
            }
            slots.lanes().finish();
            if (!tree.root().equals(header.root())) {
                throw new MalformedException("the chunks of the seal have another root");
            }
            file.commitUnlessSmall();
        }
    }

    private static void decrypt(
            SealHeader header, DemKeys keys, FileChannel in, int index, ChunkSlot slot)
            throws IOException {
        int length = header.chunkLength(index);
        if (!ChunkSlot.fill(in, header.chunkOffset(index), slot.chunk, 0, length)) {
            throw new MalformedException("the ciphertext ends early");
        }
        slot.hash(length);
        slot.made =
                keys.decrypt(index, index == header.chunks() - 1, slot.chunk, length, slot.plain);
    }

    /// The work inside the plaintext, which begins with its length.
    private static final class Body {
        private final SealHeader header;
        private final NewFile file;
        private long left;

        Body(SealHeader header, NewFile file) {
            this.header = header;
            this.file = file;
        }

        void write(int index, ChunkSlot slot) throws IOException {
            int size = slot.made;
            if (size < 0) {
                throw new MalformedException("chunk " + index + " of the seal is not genuine");
            }
            int from = 0;
            if (index == 0) {
                left = bodyLength(header, slot.plain);
                from = SealHeader.LENGTH_SIZE;
            }
            int length = (int) Math.min(left, size - from);
            checkZeros(slot.plain, from + length, size);
            file.write(slot.plain, from, length);
            left -= length;
        }
    }

    private static void checkSize(SealHeader header, long size) {
        if (size != header.ciphertextLength()) {
            throw new MalformedException(
                    "the ciphertext has "
                            + size
                            + " bytes, the seal has "
                            + header.ciphertextLength());
        }
    }

    private static long bodyLength(SealHeader header, byte[] firstChunk) {
        long length = ByteBuffer.wrap(firstChunk).getLong();
        if (length < 0
                || length > header.paddedLength() - SealHeader.LENGTH_SIZE
                || SealHeader.paddedLength(length) != header.paddedLength()) {
            throw new MalformedException("the length inside the seal is of another size class");
        }
        return length;
    }

    private static void checkZeros(byte[] plain, int from, int to) {
        if (!Arrays.equals(plain, from, to, ZEROS, 0, to - from)) {
            throw new MalformedException("the padding inside the seal is not zero");
        }
    }
}
