package io.evenhand.kit.seal;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.PublicKey;
import java.util.Arrays;

/// DHKEM(secp256k1, HKDF-SHA256), KEM 0x0016: RFC 9180, section 4.1, on the curve whose scalars a
/// contract can check. Points are uncompressed.
///
/// Multiplication takes variable time. The ephemeral scalar is used for one seal on the machine of
/// the party that chose it, and the opener's scalar is public when it opens.
final class Dhkem {
    static final int KEM_ID = 0x0016;

    /// DeriveKeyPair gives up here (RFC 9180, 7.1.3), with probability 2^-32000.
    private static final int MAX_CANDIDATES = 256;

    private static final byte[] SUITE_ID =
            Hashes.concat(Hashes.ascii("KEM"), HpkeSchedule.two(KEM_ID));
    private static final byte[] NONE = {};

    private Dhkem() {}

    /// A shared secret and what the opener needs to find it.
    record Encapsulated(Secret32 sharedSecret, PublicKey enc) {}

    /// DeriveKeyPair: candidates until one is a valid scalar.
    static Secret32 deriveKey(byte[] material) {
        byte[] key = HpkeSchedule.labeledExtract(SUITE_ID, NONE, "dkp_prk", material);
        for (int counter = 0; counter < MAX_CANDIDATES; counter++) {
            byte[] candidate =
                    HpkeSchedule.labeledExpand(
                            SUITE_ID, key, "candidate", new byte[] {(byte) counter}, 32);
            if (Secp256k1.validScalar(candidate)) {
                Secret32 scalar = Secret32.of(candidate);
                Arrays.fill(candidate, (byte) 0);
                Arrays.fill(key, (byte) 0);
                return scalar;
            }
        }
        throw new IllegalStateException("no key in " + MAX_CANDIDATES + " candidates");
    }

    /// Encap with a given ephemeral scalar, so that the same seed always gives the same seal (D1).
    static Encapsulated encapsulate(PublicKey opener, Secret32 ephemeral) {
        PublicKey enc = Secp256k1.publicKey(ephemeral);
        return new Encapsulated(sharedSecret(opener, ephemeral, enc, opener), enc);
    }

    /// Decap; a point off the curve is refused with a `MalformedException`.
    static Secret32 decapsulate(PublicKey enc, Secret32 scalar) {
        return sharedSecret(enc, scalar, enc, Secp256k1.publicKey(scalar));
    }

    private static Secret32 sharedSecret(
            PublicKey point, Secret32 scalar, PublicKey enc, PublicKey opener) {
        byte[] product = Secp256k1.multiply(point, scalar);
        byte[] x = Arrays.copyOfRange(product, 1, 33);
        byte[] key = HpkeSchedule.labeledExtract(SUITE_ID, NONE, "eae_prk", x);
        byte[] context = Hashes.concat(Secp256k1.uncompressed(enc), Secp256k1.uncompressed(opener));
        byte[] secret = HpkeSchedule.labeledExpand(SUITE_ID, key, "shared_secret", context, 32);
        Arrays.fill(product, (byte) 0);
        Arrays.fill(x, (byte) 0);
        Arrays.fill(key, (byte) 0);
        Secret32 shared = Secret32.of(secret);
        Arrays.fill(secret, (byte) 0);
        return shared;
    }
}
