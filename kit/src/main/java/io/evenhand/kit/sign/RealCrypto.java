package io.evenhand.kit.sign;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.machine.Signing;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import java.nio.charset.StandardCharsets;

/// The ports of cryptography as the node runs them: one identity and its key store.
public final class RealCrypto implements Crypto, Signing {
    private final Ed25519Identity identity;
    private final Secrets secrets;

    public RealCrypto(Ed25519Identity identity, Secrets secrets) {
        this.identity = identity;
        this.secrets = secrets;
    }

    @Override
    public Xid xid(Statement terms) {
        return new Xid(hash(terms));
    }

    @Override
    public Bytes32 hash(Statement statement) {
        return Bytes32.of(Hashes.sha256(Signable.bytes(statement)));
    }

    @Override
    public Bytes32 commit(String domain, Bytes32 salt, Bytes32 digest) {
        return Bytes32.of(Hashes.sha256(domain, salt.toByteArray(), digest.toByteArray()));
    }

    @Override
    public Bytes32 digest(String text) {
        return Bytes32.of(Hashes.sha256(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Bytes32 pskId(KeyId psk) {
        return SecretNames.pskId(secrets.secret(psk));
    }

    @Override
    public Bytes32 seedHash(KeyId seed) {
        return SecretNames.seedHash(secrets.secret(seed));
    }

    @Override
    public PublicKey publicKey(KeyId key) {
        return Secp256k1.publicKey(secrets.secret(key));
    }

    @Override
    public Signature sign(Statement statement) {
        return identity.sign(statement);
    }

    @Override
    public boolean verify(PartyId signer, Statement statement, Signature signature) {
        return Ed25519.verify(signer, Signable.bytes(statement), signature);
    }

    @Override
    public Signature sign(KeyId key, Statement statement) {
        return Secp256k1.sign(digest(statement), secrets.secret(key));
    }

    @Override
    public boolean verify(PublicKey signer, Statement statement, Signature signature) {
        return Secp256k1.verify(signer, digest(statement), signature);
    }

    @Override
    public SealId sealId(SealHeader header) {
        return header.sealId();
    }

    @Override
    public Bytes32 fingerprint(PublicKey key) {
        return SecretNames.fingerprint(key);
    }

    @Override
    public boolean lockable(PublicKey key) {
        try {
            PointLock.of(key);
            return true;
        } catch (MalformedException _) {
            return false;
        }
    }

    @Override
    public LockAddresses lock(PublicKey key) {
        return PointLock.of(key);
    }

    @Override
    public DealId dealId(Rail rail, Deal deal) {
        return DealHash.of(rail, deal);
    }

    @Override
    public boolean opens(LockAddresses lock, RevealedKey key) {
        return PointLock.opens(lock, key.scalar());
    }

    private static byte[] digest(Statement statement) {
        return Hashes.sha256(Signable.bytes(statement));
    }
}
