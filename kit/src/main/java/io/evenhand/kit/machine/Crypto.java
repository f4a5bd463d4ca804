package io.evenhand.kit.machine;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;

/// Everything a machine may ask of cryptography: small, pure and synchronous.
///
/// It is real in the node (`RealCrypto`) and symbolic in the explorer, where a 32-byte value is the
/// fingerprint of a term; the machines cannot tell the difference.
public interface Crypto {
    /// The identifier of an exchange: the signable hash of its complete Terms (D22).
    Xid xid(Statement terms);

    /// SHA-256 of the signable bytes of a statement.
    Bytes32 hash(Statement statement);

    /// A hiding commitment: SHA-256(domain ‖ 0 ‖ salt ‖ digest) (decisions 16f).
    Bytes32 commit(String domain, Bytes32 salt, Bytes32 digest);

    /// SHA-256 of a short public text, such as a policy.
    Bytes32 digest(String text);

    /// The name of a pre-shared secret: SHA-256("fx/psk-id" ‖ 0 ‖ psk) (decisions 4).
    Bytes32 pskId(KeyId psk);

    /// SHA-256 of a seal's seed, which names it without giving it away.
    Bytes32 seedHash(KeyId seed);

    /// The secp256k1 public key of a secret in the key store.
    PublicKey publicKey(KeyId key);

    /// Signs with the party's identity (Ed25519).
    Signature sign(Statement statement);

    boolean verify(PartyId signer, Statement statement, Signature signature);

    /// Signs with a secp256k1 key: deterministic ECDSA, RFC 6979, low s (D2).
    Signature sign(KeyId key, Statement statement);

    /// Strict: refuses a high s, keys off the curve and zero.
    boolean verify(PublicKey signer, Statement statement, Signature signature);

    SealId sealId(SealHeader header);

    /// SHA-256 of a compressed public key: who can open a seal.
    Bytes32 fingerprint(PublicKey key);

    /// Whether a key from outside is on the curve and has a point lock; ask before {@link #lock}.
    boolean lockable(PublicKey key);

    /// Both addresses of the point lock (D12); refuses keys that have none.
    LockAddresses lock(PublicKey key);

    DealId dealId(Rail rail, Deal deal);

    /// Whether a published scalar opens the lock that names these two addresses.
    boolean opens(LockAddresses lock, RevealedKey key);
}
