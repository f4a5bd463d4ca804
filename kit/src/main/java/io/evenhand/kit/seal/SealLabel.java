package io.evenhand.kit.seal;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.kit.value.Xid;

/// What a seal is for. Any change gives another key, so a seal cannot be moved to another exchange,
/// slot or opener (S4).
///
/// @param slot the attempt
/// @param nonce HKDF-Expand(seed, "fx/seal/nonce", 16)
/// @param opener SHA-256 of the opener's compressed public key
/// @param pskId name of the pre-shared secret, or 32 zero bytes for none
public record SealLabel(
        Suite suite, Xid xid, int slot, Nonce16 nonce, Bytes32 opener, Bytes32 pskId) {
    /// Keeps labels apart from anything else that HPKE may get as its info.
    private static final String DOMAIN = "fx/seal/v1";

    private record LabelInfo(String domain, SealLabel label) {}

    /// The info of the key schedule: the canonical CBOR of `["fx/seal/v1", label]`.
    public byte[] encode() {
        return Records.encode(new LabelInfo(DOMAIN, this));
    }

    /// The same label with another nonce: a receiver rebuilds all the rest from its own Terms.
    public SealLabel withNonce(Nonce16 other) {
        return new SealLabel(suite, xid, slot, other, opener, pskId);
    }
}
