package io.evenhand.kit.sign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ed25519Test {
    private static final HexFormat HEX = HexFormat.of();

    /// The order of the prime subgroup, 2^252 + 27742317777372353535851937790883648493.
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    @ParameterizedTest(name = "RFC 8032, 7.1, test {index}")
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    })
    void rfc8032(String seed, String key, String message, String signature) {
        Ed25519Identity identity = new Ed25519Identity(Secret32.of(HEX.parseHex(seed)));
        assertEquals(key, identity.party().toString());
        byte[] bytes = HEX.parseHex(message);
        assertEquals(signature, identity.sign(bytes).toString());
        assertTrue(Ed25519.verify(identity.party(), bytes, identity.sign(bytes)));
    }

    @ParameterizedTest(name = "seed {0}: one flipped bit anywhere is refused")
    @ValueSource(longs = {1, 2, 3})
    void flippedBits(long seed) {
        Random random = new Random(seed);
        Ed25519Identity identity = identity(random);
        byte[] message = new byte[40];
        random.nextBytes(message);
        byte[] signature = identity.sign(message).toByteArray();
        for (int i = 0; i < 200; i++) {
            byte[] bad = signature.clone();
            int bit = random.nextInt(8 * bad.length);
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(Ed25519.verify(identity.party(), message, Signature.of(bad)), "bit " + bit);
            byte[] other = message.clone();
            other[random.nextInt(other.length)] ^= 1;
            assertFalse(Ed25519.verify(identity.party(), other, Signature.of(signature)));
        }
    }

    @Test
    @DisplayName("1.2: S + order is refused, so nobody can vary a signature")
    void nonCanonicalS() {
        Ed25519Identity identity = identity(new Random(4));
        byte[] message = {1};
        byte[] signature = identity.sign(message).toByteArray();
        byte[] s = reversed(Arrays.copyOfRange(signature, 32, 64));
        BigInteger larger = new BigInteger(1, s).add(ORDER);
        byte[] moved = Arrays.copyOf(signature, 32 + 32);
        byte[] bigEndian = new byte[32];
        byte[] raw = larger.toByteArray();
        System.arraycopy(raw, 0, bigEndian, 32 - raw.length, raw.length);
        System.arraycopy(reversed(bigEndian), 0, moved, 32, 32);
        assertTrue(Ed25519.verify(identity.party(), message, Signature.of(signature)));
        assertFalse(Ed25519.verify(identity.party(), message, Signature.of(moved)));
    }

    @ParameterizedTest(name = "1.2: the small-order or non-canonical key {0} is refused")
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            })
    void smallOrder(String key) {
        PartyId party = new PartyId(Bytes32.parse(key));
        assertFalse(Ed25519.validKey(party));
        // With such a key, R = key and S = 0 would satisfy the bare equation for some messages.
        byte[] forged = new byte[64];
        System.arraycopy(HEX.parseHex(key), 0, forged, 0, 32);
        for (byte i = 0; i < 16; i++) {
            assertFalse(Ed25519.verify(party, new byte[] {i}, Signature.of(forged)));
        }
        // An honest key with such an R is refused as well.
        Ed25519Identity honest = identity(new Random(9));
        assertFalse(Ed25519.verify(honest.party(), new byte[] {1}, Signature.of(forged)));
    }

    private static Ed25519Identity identity(Random random) {
        byte[] seed = new byte[32];
        random.nextBytes(seed);
        return new Ed25519Identity(Secret32.of(seed));
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] out = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            out[i] = bytes[bytes.length - 1 - i];
        }
        return out;
    }
}
