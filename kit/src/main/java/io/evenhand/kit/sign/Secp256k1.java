package io.evenhand.kit.sign;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;

/// Keys, points and ECDSA on secp256k1, done by libsecp256k1.
///
/// Signatures are deterministic (RFC 6979) with low s; verification refuses everything else (D2).
public final class Secp256k1 {
    /// The order n of the group.
    public static final BigInteger ORDER =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    /// The x coordinate of the generator G.
    public static final BigInteger GENERATOR_X =
            new BigInteger("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", 16);

    private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

    private static final fr.acinq.secp256k1.Secp256k1 LIBRARY = fr.acinq.secp256k1.Secp256k1.get();

    private Secp256k1() {}

    /// Whether 32 bytes are a scalar that can be a key: above zero and below the order.
    public static boolean validScalar(byte[] scalar) {
        return scalar.length == 32 && LIBRARY.secKeyVerify(scalar);
    }

    public static boolean validScalar(Bytes32 scalar) {
        return validScalar(scalar.toByteArray());
    }

    /// A fresh key: random bytes until they are a valid scalar, which the first ones practically
    /// always are.
    public static Secret32 newKey(SecureRandom random) {
        while (true) {
            Secret32 key = Secret32.random(random);
            byte[] exposed = key.expose();
            boolean valid = validScalar(exposed);
            Arrays.fill(exposed, (byte) 0);
            if (valid) {
                return key;
            }
        }
    }

    /// `key·G`; a scalar that is no key is refused.
    public static PublicKey publicKey(Secret32 key) {
        byte[] exposed = key.expose();
        try {
            if (!validScalar(exposed)) {
                throw new MalformedException("a secp256k1 key is above 0 and below the order");
            }
            return compressed(LIBRARY.pubkeyCreate(exposed));
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    /// Whether the key is a point of the curve.
    public static boolean onCurve(PublicKey key) {
        try {
            uncompressed(key);
            return true;
        } catch (MalformedException e) {
            return false;
        }
    }

    /// The 65-byte form `04 ‖ x ‖ y`; a key off the curve is refused.
    public static byte[] uncompressed(PublicKey key) {
        try {
            return LIBRARY.pubkeyParse(key.toByteArray());
        } catch (RuntimeException e) {
            throw new MalformedException("public key " + key + " is not on secp256k1", e);
        }
    }

    /// Reads the 65-byte form; anything else and points off the curve are refused.
    public static PublicKey parseUncompressed(byte[] point) {
        if (point.length != 65 || point[0] != 4) {
            throw new MalformedException("an uncompressed public key is 04 and 64 bytes");
        }
        try {
            return compressed(LIBRARY.pubkeyParse(point));
        } catch (RuntimeException e) {
            throw new MalformedException("the point is not on secp256k1", e);
        }
    }

    /// Signs a 32-byte hash: deterministic, low s.
    public static Signature sign(byte[] hash, Secret32 key) {
        byte[] exposed = key.expose();
        try {
            return Signature.of(LIBRARY.sign(checkHash(hash), exposed, null));
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    /// Strict: r and s above zero, s at most n/2, the key on the curve.
    public static boolean verify(PublicKey signer, byte[] hash, Signature signature) {
        BigInteger s = unsigned(signature.s());
        BigInteger r = unsigned(signature.r());
        if (r.signum() == 0 || r.compareTo(ORDER) >= 0) {
            return false;
        }
        if (s.signum() == 0 || s.compareTo(HALF_ORDER) > 0 || !onCurve(signer)) {
            return false;
        }
        return LIBRARY.verify(signature.toByteArray(), checkHash(hash), signer.toByteArray());
    }

    /// The same signature as {@link #sign}, with the number that lets Ethereum find the signer.
    public static RecoverableSignature signRecoverable(byte[] hash, Secret32 key) {
        Signature signature = sign(hash, key);
        PublicKey signer = publicKey(key);
        for (int recId = 0; recId < 4; recId++) {
            if (recovers(signature, hash, recId, signer)) {
                return new RecoverableSignature(signature.r(), signature.s(), recId);
            }
        }
        throw new IllegalStateException("no recovery id gives the signer back");
    }

    /// The key that made a signature (Ethereum's `ecrecover`, with a recovery id for its v - 27).
    public static PublicKey recover(byte[] hash, Signature signature, int recId) {
        if (recId < 0 || recId > 3) {
            throw new MalformedException("a recovery id is 0 to 3, got " + recId);
        }
        try {
            return compressed(
                    LIBRARY.ecdsaRecover(signature.toByteArray(), checkHash(hash), recId));
        } catch (RuntimeException e) {
            throw new MalformedException("no key made this signature", e);
        }
    }

    private static boolean recovers(Signature signature, byte[] hash, int recId, PublicKey signer) {
        try {
            return recover(hash, signature, recId).equals(signer);
        } catch (MalformedException e) {
            return false;
        }
    }

    /// `scalar·point` in the 65-byte form.
    ///
    /// libsecp256k1 does this in variable time: right for scalars that are public or used once.
    public static byte[] multiply(PublicKey point, Secret32 scalar) {
        byte[] exposed = scalar.expose();
        try {
            if (!validScalar(exposed)) {
                throw new MalformedException("a secp256k1 scalar is above 0 and below the order");
            }
            return LIBRARY.pubKeyTweakMul(uncompressed(point), exposed);
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    /// `a - b`; the point at infinity has no encoding and is refused.
    public static PublicKey subtract(PublicKey a, PublicKey b) {
        if (a.equals(b)) {
            throw new MalformedException("the difference of equal points is no key");
        }
        byte[] negated = LIBRARY.pubKeyNegate(uncompressed(b));
        return compressed(LIBRARY.pubKeyCombine(new byte[][] {uncompressed(a), negated}));
    }

    /// The last 20 bytes of keccak-256 of x ‖ y.
    public static Address evmAddress(PublicKey key) {
        byte[] point = uncompressed(key);
        byte[] hash = Hashes.keccak256(Arrays.copyOfRange(point, 1, 65));
        return Address.of(hash, 12, 20);
    }

    private static PublicKey compressed(byte[] point) {
        return PublicKey.of(LIBRARY.pubKeyCompress(point));
    }

    private static BigInteger unsigned(Bytes32 value) {
        return new BigInteger(1, value.toByteArray());
    }

    private static byte[] checkHash(byte[] hash) {
        if (hash.length != 32) {
            throw new IllegalArgumentException("ECDSA signs 32-byte hashes, got " + hash.length);
        }
        return hash;
    }
}
