package io.evenhand.kit.machine;

import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.SealId;

/// The names of seals, and of the keys and secrets that go into one.
public interface Seals {
    SealId sealId(SealHeader header);

    /// SHA-256 of a compressed public key: who can open a seal.
    Bytes32 fingerprint(PublicKey key);

    /// The name of a pre-shared secret: SHA-256("fx/psk-id" ‖ 0 ‖ psk) (decisions 4).
    Bytes32 pskId(KeyId psk);

    /// SHA-256 of a seal's seed, which names it without giving it away.
    Bytes32 seedHash(KeyId seed);
}
