package io.evenhand.kit.sign;

import io.evenhand.kit.value.KeyId;

/// The key store as cryptography sees it: handles in, secrets out. Only effects and {@link
/// RealCrypto} hold one; machines never do.
public interface Secrets {
    /// The secret behind a handle; throws an `IllegalStateException` if there is none, since
    /// handles are made by the store itself.
    Secret32 secret(KeyId id);
}
