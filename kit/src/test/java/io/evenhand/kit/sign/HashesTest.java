package io.evenhand.kit.sign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HashesTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    @DisplayName("SHA-256 of \"abc\" is the FIPS 180-4 value, whole or in parts")
    void sha256() {
        String expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertEquals(expected, HEX.formatHex(Hashes.sha256(Hashes.ascii("abc"))));
        assertEquals(expected, HEX.formatHex(Hashes.sha256(Hashes.ascii("a"), Hashes.ascii("bc"))));
    }

    @Test
    @DisplayName("keccak-256 of nothing is Ethereum's empty hash, not SHA3's")
    void keccak256() {
        assertEquals(
                "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
                HEX.formatHex(Hashes.keccak256()));
    }

    @Test
    @DisplayName("a domain ends where its zero byte stands")
    void domains() {
        assertEquals(
                HEX.formatHex(Hashes.sha256(new byte[] {'a', 0, 'b'})),
                HEX.formatHex(Hashes.sha256("a", new byte[] {'b'})));
        assertNotEquals(
                HEX.formatHex(Hashes.sha256("ab", new byte[] {'c'})),
                HEX.formatHex(Hashes.sha256("a", new byte[] {'b', 'c'})));
    }

    @Test
    @DisplayName("HKDF gives RFC 5869 test case 1")
    void hkdfCase1() {
        byte[] key =
                Hashes.hkdfExtract(
                        HEX.parseHex("000102030405060708090a0b0c"), HEX.parseHex("0b".repeat(22)));
        assertEquals(
                "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
                HEX.formatHex(key));
        assertEquals(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                        + "34007208d5b887185865",
                HEX.formatHex(Hashes.hkdfExpand(key, HEX.parseHex("f0f1f2f3f4f5f6f7f8f9"), 42)));
    }

    @Test
    @DisplayName("HKDF gives RFC 5869 test case 3, without salt and info")
    void hkdfCase3() {
        byte[] key = Hashes.hkdfExtract(new byte[0], HEX.parseHex("0b".repeat(22)));
        assertEquals(
                "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
                HEX.formatHex(key));
        assertEquals(
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                        + "9d201395faa4b61a96c8",
                HEX.formatHex(Hashes.hkdfExpand(key, new byte[0], 42)));
    }

    @Test
    @DisplayName("HKDF-Expand stops at 255 blocks")
    void hkdfLimit() {
        byte[] key = new byte[32];
        assertEquals(8160, Hashes.hkdfExpand(key, new byte[0], 8160).length);
        assertThrows(
                IllegalArgumentException.class, () -> Hashes.hkdfExpand(key, new byte[0], 8161));
        assertThrows(IllegalArgumentException.class, () -> Hashes.hkdfExpand(key, new byte[0], -1));
    }
}
