package io.evenhand.kit.machine;

import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;

/// Signs for a party with its own keys. The node records every signature made here.
public interface Signing {
    /// The secp256k1 public key of a secret in the key store.
    PublicKey publicKey(KeyId key);

    /// Signs with the party's identity (Ed25519).
    Signature sign(Statement statement);

    /// Signs with a secp256k1 key: deterministic ECDSA, RFC 6979, low s (D2).
    Signature sign(KeyId key, Statement statement);
}
