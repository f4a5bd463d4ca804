package io.evenhand.kit.sign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Secp256k1Test {
    private static final HexFormat HEX = HexFormat.of();
    private static final Secret32 ONE = scalar(BigInteger.ONE);

    static Secret32 scalar(BigInteger value) {
        return Secret32.of(Words.uint(value, 256));
    }

    static Secret32 key(Random random) {
        return scalar(new BigInteger(255, random).add(BigInteger.ONE));
    }

    @Test
    @DisplayName("D2: signing is deterministic, RFC 6979 with low s")
    void rfc6979() {
        byte[] hash = Hashes.sha256(Hashes.ascii("Satoshi Nakamoto"));
        assertEquals(
                "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
                        + "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
                Secp256k1.sign(hash, ONE).toString());
    }

    @ParameterizedTest(name = "the address of {0} is {1}")
    @CsvSource({
        "0000000000000000000000000000000000000000000000000000000000000001,"
                + "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf",
        "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80,"
                + "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
    })
    void addresses(String key, String address) {
        PublicKey publicKey = Secp256k1.publicKey(Secret32.of(HEX.parseHex(key)));
        assertEquals(address, Secp256k1.evmAddress(publicKey).toString());
    }

    @ParameterizedTest(name = "seed {0}: signatures verify, recover, and refuse every change")
    @ValueSource(longs = {11, 12, 13})
    void signatures(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            Secret32 key = key(random);
            PublicKey signer = Secp256k1.publicKey(key);
            byte[] hash = new byte[32];
            random.nextBytes(hash);
            Signature signature = Secp256k1.sign(hash, key);
            assertEquals(signature, Secp256k1.sign(hash, key));
            assertTrue(Secp256k1.verify(signer, hash, signature));

            RecoverableSignature with = Secp256k1.signRecoverable(hash, key);
            assertEquals(signature, new Signature(with.r(), with.s()));
            assertEquals(signer, Secp256k1.recover(hash, signature, with.recId()));

            byte[] bad = signature.toByteArray();
            int bit = random.nextInt(8 * bad.length);
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(Secp256k1.verify(signer, hash, Signature.of(bad)));
            hash[random.nextInt(32)] ^= 1;
            assertFalse(Secp256k1.verify(signer, hash, signature));
        }
    }

    @Test
    @DisplayName("1.2: the same signature with s replaced by n - s is refused")
    void highS() {
        byte[] hash = new byte[32];
        Signature low = Secp256k1.sign(hash, ONE);
        BigInteger s = new BigInteger(1, low.s().toByteArray());
        Bytes32 high = Bytes32.of(Words.uint(Secp256k1.ORDER.subtract(s), 256));
        assertTrue(Secp256k1.verify(Secp256k1.publicKey(ONE), hash, low));
        assertFalse(Secp256k1.verify(Secp256k1.publicKey(ONE), hash, new Signature(low.r(), high)));
    }

    @Test
    @DisplayName("1.2: r or s of zero, r of the order, and a key off the curve are refused")
    void degenerateSignatures() {
        byte[] hash = new byte[32];
        PublicKey key = Secp256k1.publicKey(ONE);
        Signature good = Secp256k1.sign(hash, ONE);
        Bytes32 order = Bytes32.of(Words.uint(Secp256k1.ORDER, 256));
        assertFalse(Secp256k1.verify(key, hash, new Signature(Bytes32.ZERO, good.s())));
        assertFalse(Secp256k1.verify(key, hash, new Signature(good.r(), Bytes32.ZERO)));
        assertFalse(Secp256k1.verify(key, hash, new Signature(order, good.s())));
        assertFalse(Secp256k1.verify(offCurve(), hash, good));
    }

    @Test
    @DisplayName("keys are above zero and below the order; points are on the curve")
    void badKeys() {
        assertFalse(Secp256k1.validScalar(Bytes32.ZERO));
        assertFalse(Secp256k1.validScalar(Bytes32.of(Words.uint(Secp256k1.ORDER, 256))));
        assertFalse(Secp256k1.validScalar(new byte[31]));
        assertThrows(MalformedException.class, () -> Secp256k1.publicKey(scalar(BigInteger.ZERO)));
        assertThrows(MalformedException.class, () -> Secp256k1.publicKey(scalar(Secp256k1.ORDER)));
        assertFalse(Secp256k1.onCurve(offCurve()));
        assertThrows(MalformedException.class, () -> Secp256k1.uncompressed(offCurve()));
        assertThrows(MalformedException.class, () -> Secp256k1.evmAddress(offCurve()));
        byte[] point = Secp256k1.uncompressed(Secp256k1.publicKey(ONE));
        point[64] ^= 1;
        assertThrows(MalformedException.class, () -> Secp256k1.parseUncompressed(point));
        assertThrows(MalformedException.class, () -> Secp256k1.parseUncompressed(new byte[65]));
        assertThrows(MalformedException.class, () -> Secp256k1.parseUncompressed(new byte[1]));
        assertThrows(
                MalformedException.class,
                () -> Secp256k1.multiply(Secp256k1.publicKey(ONE), scalar(BigInteger.ZERO)));
    }

    @ParameterizedTest(name = "seed {0}: points agree with BouncyCastle's curve")
    @ValueSource(longs = {21, 22})
    void points(long seed) {
        Random random = new Random(seed);
        ECPoint generator = CustomNamedCurves.getByName("secp256k1").getG();
        for (int i = 0; i < 20; i++) {
            BigInteger a = new BigInteger(255, random).add(BigInteger.ONE);
            BigInteger b = new BigInteger(255, random).add(BigInteger.ONE);
            PublicKey keyA = Secp256k1.publicKey(scalar(a));
            PublicKey keyB = Secp256k1.publicKey(scalar(b));
            assertArrayEquals(generator.multiply(a).getEncoded(true), keyA.toByteArray());
            assertArrayEquals(
                    generator.multiply(a).multiply(b).getEncoded(false),
                    Secp256k1.multiply(keyA, scalar(b)));
            assertArrayEquals(
                    generator.multiply(a).subtract(generator.multiply(b)).getEncoded(true),
                    Secp256k1.subtract(keyA, keyB).toByteArray());
            assertEquals(keyA, Secp256k1.parseUncompressed(Secp256k1.uncompressed(keyA)));
        }
    }

    @Test
    @DisplayName("equal points have no difference that is a key")
    void infinity() {
        PublicKey key = Secp256k1.publicKey(ONE);
        assertThrows(MalformedException.class, () -> Secp256k1.subtract(key, key));
    }

    @Test
    @DisplayName("recovery ids are 0 to 3")
    void recoveryIds() {
        Signature signature = Secp256k1.sign(new byte[32], ONE);
        assertThrows(MalformedException.class, () -> Secp256k1.recover(new byte[32], signature, 4));
        assertThrows(
                MalformedException.class, () -> Secp256k1.recover(new byte[32], signature, -1));
    }

    /// An x coordinate that no point has: 5 is the smallest.
    static PublicKey offCurve() {
        return new PublicKey((byte) 2, new Bytes32(0, 0, 0, 5));
    }
}
