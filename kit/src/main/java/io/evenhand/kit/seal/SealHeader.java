package io.evenhand.kit.seal;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.SealId;

/// A few hundred bytes that fix everything about a sealed work; its hash is the `sealId`.
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
    /// The name of the seal: SHA-256("fx/sealid/v1" ‖ header).
    public SealId sealId() {
        return new SealId(Bytes32.of(Hashes.sha256(Hashes.ascii("fx/sealid/v1"), encode())));
    }

    /// The canonical CBOR, which is what the name commits to.
    public byte[] encode() {
        return Records.encode(this);
    }
}
