package io.evenhand.kit.seal;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Everything that the key of one seal derives (protocols 1.3): chunk key, nonces, commitment. Its
/// chunks may be encrypted and decrypted by several threads.
///
/// The commitment is what keeps one ciphertext from having two plaintexts: AES-GCM alone does not
/// (S1).
final class DemKeys {
    static final int TAG_SIZE = 16;

    private static final HpkeSchedule HPKE =
            new HpkeSchedule(Dhkem.KEM_ID, HpkeSchedule.AEAD_EXPORT_ONLY);

    private final PublicKey enc;
    private final byte[] context;
    private final SecretKeySpec key;
    private final byte[] noncePrefix;
    private final Bytes32 commitment;

    private DemKeys(SealLabel label, PublicKey enc, Secret32 shared, Optional<Secret32> psk) {
        byte[] info = label.encode();
        byte[] point = Secp256k1.uncompressed(enc);
        byte[] sharedSecret = shared.expose();
        byte[] secret = dem(label, info, sharedSecret, psk);
        this.enc = enc;
        this.context = Hashes.sha256(eight(info.length), info, eight(point.length), point);
        byte[] chunkKey = Hashes.hkdfExpand(secret, bound("fx/dem/key"), 32);
        this.key = new SecretKeySpec(chunkKey, "AES");
        this.noncePrefix = Hashes.hkdfExpand(secret, bound("fx/dem/nonce"), 7);
        this.commitment = Bytes32.of(Hashes.hkdfExpand(secret, bound("fx/dem/commit"), 32));
        Arrays.fill(chunkKey, (byte) 0);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(sharedSecret, (byte) 0);
        shared.erase();
    }

    /// The keys as the sealing side makes them.
    static DemKeys ofSeed(
            SealLabel label, Secret32 seed, Optional<Secret32> psk, PublicKey opener) {
        byte[] exposed = seed.expose();
        byte[] info =
                Hashes.concat(
                        Hashes.ascii("fx/seal/eph"), new byte[] {0}, Hashes.sha256(label.encode()));
        byte[] material = Hashes.hkdfExpand(exposed, info, 32);
        Secret32 ephemeral = Dhkem.deriveKey(material);
        Dhkem.Encapsulated encapsulated = Dhkem.encapsulate(opener, ephemeral);
        ephemeral.erase();
        Arrays.fill(exposed, (byte) 0);
        Arrays.fill(material, (byte) 0);
        return new DemKeys(label, encapsulated.enc(), encapsulated.sharedSecret(), psk);
    }

    /// The keys as the opener's scalar gives them.
    static DemKeys ofScalar(
            SealLabel label, PublicKey enc, Secret32 scalar, Optional<Secret32> psk) {
        return new DemKeys(label, enc, Dhkem.decapsulate(enc, scalar), psk);
    }

    PublicKey enc() {
        return enc;
    }

    Bytes32 commitment() {
        return commitment;
    }

    /// Encrypts a chunk and returns the length of what it wrote to `out`.
    int encrypt(int index, boolean last, byte[] chunk, int length, byte[] out) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, index, last).doFinal(chunk, 0, length, out, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed to encrypt", e);
        }
    }

    /// Decrypts a chunk and returns the length of its plaintext, or -1 if it is not genuine.
    int decrypt(int index, boolean last, byte[] chunk, int length, byte[] out) {
        try {
            return cipher(Cipher.DECRYPT_MODE, index, last).doFinal(chunk, 0, length, out, 0);
        } catch (AEADBadTagException e) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed to decrypt", e);
        }
    }

    /// For one chunk, as several threads may be at work.
    private Cipher cipher(int mode, int index, boolean last) throws GeneralSecurityException {
        byte[] nonce =
                ByteBuffer.allocate(12)
                        .put(noncePrefix)
                        .putInt(index)
                        .put((byte) (last ? 1 : 0))
                        .array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_SIZE, nonce));
        cipher.updateAAD(context);
        return cipher;
    }

    private static byte[] dem(
            SealLabel label, byte[] info, byte[] sharedSecret, Optional<Secret32> psk) {
        byte[] exporter;
        if (psk.isPresent()) {
            byte[] exposed = psk.get().expose();
            exporter = HPKE.psk(sharedSecret, info, exposed, label.pskId().toByteArray());
            Arrays.fill(exposed, (byte) 0);
        } else {
            exporter = HPKE.base(sharedSecret, info);
        }
        byte[] secret = HPKE.export(exporter, Hashes.ascii("fx/dem"), 32);
        Arrays.fill(exporter, (byte) 0);
        return secret;
    }

    private byte[] bound(String purpose) {
        return Hashes.concat(Hashes.ascii(purpose), new byte[] {0}, context);
    }

    private static byte[] eight(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }
}
