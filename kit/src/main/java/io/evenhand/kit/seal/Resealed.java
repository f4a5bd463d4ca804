package io.evenhand.kit.seal;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.SealId;

/// What the stamper learns from sealing without keeping the ciphertext.
///
/// @param plainRoot Merkle root of the body that this pass read: equal to the one under which the
///   work was taken in, or there is no stamp (decisions 16b)
public record Resealed(SealHeader header, SealId sealId, Bytes32 plainRoot) {}
