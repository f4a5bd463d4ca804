package io.evenhand.node.store;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secret32;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-256-GCM under one key with random nonces, for a few short secrets.
final class Vault {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Secret32 key;
    private final SecureRandom random;

    Vault(Secret32 key, SecureRandom random) {
        this.key = key;
        this.random = random;
    }

    byte[] lock(byte[] name, Secret32 secret) {
        byte[] exposed = secret.expose();
        try {
            return lock(name, exposed);
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    Secret32 unlock(byte[] name, byte[] ciphertext) {
        try {
            byte[] bytes = open(name, ciphertext);
            Secret32 secret = Secret32.of(bytes);
            Arrays.fill(bytes, (byte) 0);
            return secret;
        } catch (AEADBadTagException e) {
            throw wrongKey(e);
        }
    }

    static StoreException wrongKey(AEADBadTagException e) {
        return new StoreException(
                "the journal's secrets do not open with this identity.key; put back the"
                        + " identity.key that belongs to this directory",
                e);
    }

    /// A secret that follows from the key (HKDF-SHA256): the same for the same use and `info`.
    Secret32 derive(String use, byte[] info) {
        byte[] exposed = key.expose();
        byte[] extracted = Hashes.hkdfExtract(Hashes.ascii(use), exposed);
        byte[] bytes = Hashes.hkdfExpand(extracted, info, Secret32.SIZE);
        Secret32 secret = Secret32.of(bytes);
        Arrays.fill(exposed, (byte) 0);
        Arrays.fill(extracted, (byte) 0);
        Arrays.fill(bytes, (byte) 0);
        return secret;
    }

    /// Nonce, then ciphertext with its tag.
    byte[] lock(byte[] name, byte[] plaintext) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, name).doFinal(plaintext);
            return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM", e);
        }
    }

    byte[] open(byte[] name, byte[] ciphertext) throws AEADBadTagException {
        if (ciphertext.length < NONCE_BYTES) {
            throw new AEADBadTagException("too short");
        }
        byte[] nonce = Arrays.copyOf(ciphertext, NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, name)
                    .doFinal(ciphertext, NONCE_BYTES, ciphertext.length - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] name) throws GeneralSecurityException {
        byte[] exposed = key.expose();
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode, new SecretKeySpec(exposed, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(name);
            return cipher;
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }
}
