package io.evenhand.kit.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.sign.Hashes;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// S1: why the seal commits to its key. The first test builds the attack on bare AES-GCM, the
/// second shows that the seal refuses it.
class SalamanderTest {
    @TempDir Path directory;

    @Test
    @DisplayName("S1: bare AES-GCM opens one ciphertext under two keys")
    void bareGcmHasSalamanders() throws GeneralSecurityException {
        Random random = new Random(100);
        byte[] keyA = Samples.bytes(random);
        byte[] keyB = Samples.bytes(random);
        byte[] nonce = new byte[12];
        byte[] both = salamander(keyA, keyB, nonce, random);
        byte[] underA = decrypt(keyA, nonce, both);
        byte[] underB = decrypt(keyB, nonce, both);
        assertEquals(underA.length, underB.length);
        assertFalse(Arrays.equals(underA, underB));
    }

    @Test
    @DisplayName("S1: a seal accepts only the key it commits to, even where the chunk would open")
    void commitmentRefusesTheOtherKey() throws IOException {
        Samples s = new Samples(directory, 101, 100);
        Samples t = new Samples(directory, 102, 100);
        assertNotEquals(s.header().commitment(), t.header().commitment());
        // The other key's own enc and label with the first seal's commitment, chunks and root.
        SealHeader mixed =
                new SealHeader(
                        t.header().label(),
                        t.header().enc(),
                        s.header().commitment(),
                        s.header().chunkSize(),
                        s.header().chunks(),
                        s.header().paddedLength(),
                        s.header().root());
        MalformedException e =
                assertThrows(MalformedException.class, () -> t.open(mixed, s.sealedBytes()));
        assertEquals("the key does not match the seal's commitment", e.getMessage());
        assertArrayEquals(s.work, s.open());
        Path out = directory.resolve("other");
        assertThrows(
                MalformedException.class,
                () -> Opener.open(s.header(), s.ciphertext, t.scalar, s.psk, out));
        assertFalse(Files.exists(out));
    }

    /// One ciphertext, two keys: two random blocks, and one more that makes both tags equal.
    ///
    /// The tag is `C1·H^4 + C2·H^3 + C3·H^2 + L·H + E(J0)` in GF(2^128), linear in C3.
    private static byte[] salamander(byte[] keyA, byte[] keyB, byte[] nonce, Random random)
            throws GeneralSecurityException {
        byte[] c = new byte[48];
        random.nextBytes(c);
        Arrays.fill(c, 32, 48, (byte) 0);
        byte[] j0 = Arrays.copyOf(nonce, 16);
        j0[15] = 1;
        BigInteger hA = field(aes(keyA, new byte[16]));
        BigInteger hB = field(aes(keyB, new byte[16]));
        BigInteger sum = tag(c, hA, field(aes(keyA, j0))).xor(tag(c, hB, field(aes(keyB, j0))));
        BigInteger factor = multiply(hA, hA).xor(multiply(hB, hB));
        BigInteger third = multiply(sum, inverse(factor));
        System.arraycopy(block(third), 0, c, 32, 16);
        byte[] tag = block(tag(c, hA, field(aes(keyA, j0))));
        assertArrayEquals(tag, block(tag(c, hB, field(aes(keyB, j0)))));
        return Hashes.concat(c, tag);
    }

    private static BigInteger tag(byte[] c, BigInteger h, BigInteger mask) {
        byte[] lengths = new byte[16];
        lengths[14] = (byte) ((8 * c.length) >>> 8);
        lengths[15] = (byte) (8 * c.length);
        byte[] all = Hashes.concat(c, lengths);
        BigInteger sum = BigInteger.ZERO;
        for (int at = 0; at < all.length; at += 16) {
            sum = multiply(sum.xor(field(Arrays.copyOfRange(all, at, at + 16))), h);
        }
        return sum.xor(mask);
    }

    /// GCM counts bits from the left: bit i of the block is the coefficient of x^i.
    private static BigInteger field(byte[] block) {
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < 128; i++) {
            if ((block[i / 8] >>> (7 - i % 8) & 1) == 1) {
                value = value.setBit(i);
            }
        }
        return value;
    }

    private static byte[] block(BigInteger value) {
        byte[] block = new byte[16];
        for (int i = 0; i < 128; i++) {
            if (value.testBit(i)) {
                block[i / 8] |= (byte) (1 << (7 - i % 8));
            }
        }
        return block;
    }

    private static final BigInteger MODULUS =
            BigInteger.ONE.shiftLeft(128).or(BigInteger.valueOf(0x87));

    private static BigInteger multiply(BigInteger a, BigInteger b) {
        BigInteger product = BigInteger.ZERO;
        for (int i = 0; i < b.bitLength(); i++) {
            if (b.testBit(i)) {
                product = product.xor(a.shiftLeft(i));
            }
        }
        for (int i = product.bitLength() - 1; i >= 128; i--) {
            if (product.testBit(i)) {
                product = product.xor(MODULUS.shiftLeft(i - 128));
            }
        }
        return product;
    }

    /// a^(2^128 - 2).
    private static BigInteger inverse(BigInteger a) {
        BigInteger result = BigInteger.ONE;
        BigInteger power = a;
        for (int i = 1; i < 128; i++) {
            power = multiply(power, power);
            result = multiply(result, power);
        }
        return result;
    }

    private static byte[] aes(byte[] key, byte[] block) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        return cipher.doFinal(block);
    }

    private static byte[] decrypt(byte[] key, byte[] nonce, byte[] bytes)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key, "AES"),
                new GCMParameterSpec(128, nonce));
        return cipher.doFinal(bytes);
    }
}
