package io.evenhand.kit.seal;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;

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
        Bytes32 root) {}
