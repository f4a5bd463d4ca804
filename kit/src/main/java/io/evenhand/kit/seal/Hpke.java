package io.evenhand.kit.seal;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;

/// HPKE (RFC 9180) in base mode with X25519, HKDF-SHA256 and AES-256-GCM, for one short message to
/// a key that an enclave made: `enc ‖ ciphertext`, with empty aad.
public final class Hpke {
    private static final int ENC_SIZE = 32;
    private static final int TAG_SIZE = 16;
    private static final byte[] NO_AAD = {};

    private Hpke() {}

    private static HPKE suite() {
        return new HPKE(
                HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    }

    /// A key pair that lives as long as this object. Prints as its public key alone.
    public static final class KeyPair {
        private final AsymmetricCipherKeyPair keys;
        private final Bytes32 publicKey;

        private KeyPair(AsymmetricCipherKeyPair keys) {
            this.keys = keys;
            this.publicKey = Bytes32.of(suite().serializePublicKey(keys.getPublic()));
        }

        public static KeyPair random() {
            return new KeyPair(suite().generatePrivateKey());
        }

        public Bytes32 publicKey() {
            return publicKey;
        }

        /// Opens what was sealed to the public key.
        ///
        /// @throws MalformedException if it was not, or with other info
        public byte[] open(byte[] info, byte[] sealed) {
            if (sealed.length < ENC_SIZE + TAG_SIZE) {
                throw new MalformedException("a sealed message is cut short");
            }
            byte[] enc = Arrays.copyOf(sealed, ENC_SIZE);
            byte[] ciphertext = Arrays.copyOfRange(sealed, ENC_SIZE, sealed.length);
            try {
                return suite().open(enc, keys, info, NO_AAD, ciphertext, null, null, null);
            } catch (InvalidCipherTextException | RuntimeException e) {
                throw new MalformedException("a message is not sealed to this key", e);
            }
        }

        @Override
        public String toString() {
            return "X25519 " + publicKey;
        }
    }

    /// Seals to a public key, with an ephemeral key of its own.
    ///
    /// @throws MalformedException if the key is none
    public static byte[] seal(Bytes32 publicKey, byte[] info, byte[] plain) {
        try {
            byte[][] sealed =
                    suite().seal(
                                    suite().deserializePublicKey(publicKey.toByteArray()),
                                    info,
                                    NO_AAD,
                                    plain,
                                    null,
                                    null,
                                    null);
            byte[] out = Arrays.copyOf(sealed[1], ENC_SIZE + sealed[0].length);
            System.arraycopy(sealed[0], 0, out, ENC_SIZE, sealed[0].length);
            return out;
        } catch (InvalidCipherTextException | RuntimeException e) {
            throw new MalformedException("no message can be sealed to this key", e);
        }
    }
}
