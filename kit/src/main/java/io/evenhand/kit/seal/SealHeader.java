package io.evenhand.kit.seal;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.SealId;

/// A few hundred bytes that fix everything about a sealed work; its hash is the `sealId`.
///
/// A header inside a message arrives unchecked: call {@link #check()} before trusting its numbers.
///
/// @param enc the encapsulated key (kept compressed; the key schedule uses the 65-byte form of RFC
///   9180)
/// @param commitment key commitment: at most one plaintext opens under one header (S1)
/// @param chunks number of chunks, each 2^20 bytes of plaintext but the last
/// @param paddedLength length in bytes of the padded plaintext (S8)
/// @param root RFC 6962 Merkle root over the encrypted chunks
public record SealHeader(
        SealLabel label,
        PublicKey enc,
        Bytes32 commitment,
        int chunkSize,
        int chunks,
        long paddedLength,
        Bytes32 root) {
    /// Plaintext bytes in every chunk but the last. No other size is valid: one format.
    public static final int CHUNK_SIZE = 1 << 20;

    /// Most chunks under one key: far inside what AES-GCM allows, and 16 TiB of work.
    public static final int MAX_CHUNKS = 1 << 24;

    /// Most bytes of an encoded header. Ours have about 270; the rest is room for one more suite.
    public static final int MAX_ENCODED = 1024;

    /// Octets of plaintext that hold the true length.
    static final int LENGTH_SIZE = 8;

    static final long MAX_PADDED = (long) CHUNK_SIZE * MAX_CHUNKS;

    /// Most bytes of a work. The largest padded length is itself a size class.
    static final long MAX_WORK = MAX_PADDED - LENGTH_SIZE;

    /// The name of the seal: SHA-256("fx/sealid/v1" ‖ header).
    public SealId sealId() {
        return new SealId(Bytes32.of(Hashes.sha256(Hashes.ascii("fx/sealid/v1"), encode())));
    }

    /// The canonical CBOR, which is what the name commits to.
    public byte[] encode() {
        return Records.encode(this);
    }

    /// Reads and checks a header.
    public static SealHeader decode(byte[] bytes) {
        if (bytes.length > MAX_ENCODED) {
            throw new MalformedException(
                    "seal header of " + bytes.length + " bytes, limit " + MAX_ENCODED);
        }
        SealHeader header = Records.decode(SealHeader.class, bytes);
        header.check();
        return header;
    }

    /// Refuses a header that no honest sealer makes: other chunk sizes, counts and lengths that do
    /// not fit each other, a length between size classes, a point off the curve.
    public void check() {
        if (chunkSize != CHUNK_SIZE) {
            throw new MalformedException(
                    "seal header: chunks of " + chunkSize + " bytes, only 2^20 is valid");
        }
        if (chunks < 1 || chunks > MAX_CHUNKS) {
            throw new MalformedException(
                    "seal header: " + chunks + " chunks, 1 to " + MAX_CHUNKS + " are valid");
        }
        if (paddedLength < LENGTH_SIZE || paddedLength > MAX_PADDED) {
            throw new MalformedException("seal header: padded length " + paddedLength);
        }
        if (chunkCount(paddedLength) != chunks) {
            throw new MalformedException(
                    "seal header: " + chunks + " chunks do not make " + paddedLength + " bytes");
        }
        if (Padme.length(paddedLength) != paddedLength) {
            throw new MalformedException(
                    "seal header: " + paddedLength + " bytes are not a size class");
        }
        if (!Secp256k1.onCurve(enc)) {
            throw new MalformedException("seal header: enc is not a point of secp256k1");
        }
    }

    /// Octets of the whole ciphertext: all chunks in a row.
    public long ciphertextLength() {
        return paddedLength + (long) chunks * DemKeys.TAG_SIZE;
    }

    /// Where an encrypted chunk starts in the ciphertext.
    public long chunkOffset(int index) {
        return (long) index * (CHUNK_SIZE + DemKeys.TAG_SIZE);
    }

    /// Octets of an encrypted chunk.
    public int chunkLength(int index) {
        if (index < 0 || index >= chunks) {
            throw new IndexOutOfBoundsException("chunk " + index + " of " + chunks);
        }
        return plainLength(paddedLength, index) + DemKeys.TAG_SIZE;
    }

    /// The length of the padded plaintext for a work, which is what a header gives away about it.
    public static long paddedLength(long workLength) {
        Sealer.checkLength(workLength);
        return Padme.length(LENGTH_SIZE + workLength);
    }

    static int chunkCount(long paddedLength) {
        return (int) Math.ceilDiv(paddedLength, (long) CHUNK_SIZE);
    }

    static int plainLength(long paddedLength, int index) {
        return (int) Math.min(CHUNK_SIZE, paddedLength - (long) index * CHUNK_SIZE);
    }
}
