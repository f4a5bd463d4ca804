package io.evenhand.kit.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Our HPKE against published vectors: RFC 9180 for the schedule,
/// draft-wahby-cfrg-hpke-kem-secp256k1-01 for the KEM.
class HpkeVectorsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int KEM_X25519 = 0x0020;
    private static final byte[] INFO = hex("4f6465206f6e2061204772656369616e2055726e");

    private static byte[] hex(String digits) {
        return HEX.parseHex(digits);
    }

    private static HpkeSchedule exportOnly() {
        return new HpkeSchedule(KEM_X25519, HpkeSchedule.AEAD_EXPORT_ONLY);
    }

    @Test
    @DisplayName("RFC 9180 A.7.1: base mode, export-only")
    void base() {
        HpkeSchedule hpke = exportOnly();
        byte[] secret =
                hpke.base(
                        hex("e81716ce8f73141d4f25ee9098efc968c91e5b8ce52ffff59d64039e82918b66"),
                        INFO);
        assertEquals(
                "79dc8e0509cf4a3364ca027e5a0138235281611ca910e435e8ed58167c72f79b",
                HEX.formatHex(secret));
        assertEquals(
                "7a36221bd56d50fb51ee65edfd98d06a23c4dc87085aa5866cb7087244bd2a36",
                HEX.formatHex(hpke.export(secret, hex(""), 32)));
        assertEquals(
                "d5535b87099c6c3ce80dc112a2671c6ec8e811a2f284f948cec6dd1708ee33f0",
                HEX.formatHex(hpke.export(secret, hex("00"), 32)));
        assertEquals(
                "ffaabc85a776136ca0c378e5d084c9140ab552b78f039d2e8775f26efff4c70e",
                HEX.formatHex(hpke.export(secret, hex("54657374436f6e74657874"), 32)));
    }

    @Test
    @DisplayName("RFC 9180 A.7.2: psk mode, export-only")
    void psk() {
        HpkeSchedule hpke = exportOnly();
        byte[] secret =
                hpke.psk(
                        hex("024573db58c887decb4c57b6ed39f2c9a09c85600a8a0ecb11cac24c6aaec195"),
                        INFO,
                        hex("0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82"),
                        hex("456e6e796e20447572696e206172616e204d6f726961"));
        assertEquals(
                "04261818aeae99d6aba5101bd35ddf3271d909a756adcef0d41389d9ed9ab153",
                HEX.formatHex(secret));
        assertEquals(
                "be6c76955334376aa23e936be013ba8bbae90ae74ed995c1c6157e6f08dd5316",
                HEX.formatHex(hpke.export(secret, hex(""), 32)));
        assertEquals(
                "1721ed2aa852f84d44ad020c2e2be4e2e6375098bf48775a533505fd56a3f416",
                HEX.formatHex(hpke.export(secret, hex("00"), 32)));
        assertEquals(
                "7c9d79876a288507b81a5a52365a7d39cc0fa3f07e34172984f96fec07c44cba",
                HEX.formatHex(hpke.export(secret, hex("54657374436f6e74657874"), 32)));
    }

    @Test
    @DisplayName("RFC 9180 5.1: psk mode wants a psk of 32 bytes and a name")
    void pskInputs() {
        HpkeSchedule hpke = exportOnly();
        byte[] secret = new byte[32];
        assertThrows(
                IllegalArgumentException.class,
                () -> hpke.psk(secret, INFO, new byte[31], new byte[1]));
        assertThrows(
                IllegalArgumentException.class,
                () -> hpke.psk(secret, INFO, new byte[32], new byte[0]));
    }

    @ParameterizedTest(
            name = "DHKEM(secp256k1), AEAD {0}: derive, encapsulate, decapsulate, schedule")
    @CsvSource({
        "1,17adde3164d65a90d077fd9a0fdba665152c3336,"
                + "4e627f7d755a76961e60ee218c2ab33ee877c49a2363bf03ae4dea2c811bf3c6,"
                + "30fbc0d41cd01885333211ff53b9ed29bcbdccc3ff13625a82db61a7bb8eae19,"
                + "04591775168f328a2adbcb887acd287d55a1025d7d2b15e1937278a5efd1d48b19"
                + "c00cf07559320e6d278a71c9e58bae5d9ab041d7905c66291f4d08459c946e18,"
                + "1020a03f4ec8eaf31018ee2c06774580fa5c6a1d5ead187bbcaf1412d003e381,"
                + "a795c287c132154a8b96dc81dc8b4e2f02bbbad78dab0567b59db1d1540751f6,"
                + "043ee7314407753d1ba296de29f07b2cd5505ca94b614f127e71f3c19fc7845daf"
                + "49c9bb4bf4d00d3b5411c8eb86d59a2dcadc5a13115fa9fef44d1e0b7ef11cab,"
                + "7eabf4bab973fc9cc8b3bb2fdaa4d7f154309c31d11214cc48b4a8f3d65236f7,"
                + "dd82a88bd58f05bc453a77495898af2df905be8b6ffe096a071b80edf3428d1c",
        "2,b546c00cece2e2ff0815eb0f8124fb9028c66e80,"
                + "41233637379f346f4e70e9ca44c31e7ee284d42a5bfd72572ae8884a09aa355e,"
                + "8979ee752423d020085c75cce1644959f819464a4c1c4e9a28ce4dd482991c1c,"
                + "040de7712da136d40779452a32e70ec834fa092ee8e3f26450786c6cd51396e859"
                + "6c958065594d30432e812fc7a53a10d7fce2ce9bf52ccce72cbad4c79d3b17f6,"
                + "323c89b1ca03ca9c4ac6316d02f4604f2f6804665a13d8635786281f00f18006,"
                + "024be5fda9036a2d81f8c634193b5ce83e65bfc4373ae8b7a960fea8770d1f8f,"
                + "040986ec455812ddd870414c2753f75dadaefda155bc7bd18c4ab6ff3dd61b2ea3"
                + "bee4ab2a0160b8e330757fc6d81d88ece7051bd9a07fa7e5368ea579e2e6c0e6,"
                + "ad889cd7b11e8881252f8f12539be9f5e36d2b95c96c875fb0e449c711e8bc0d,"
                + "3edae43083bb52033f9ff2eea2bf5a8bdc8bbd5509e5958b09c477b32d2432ae",
        "3,609dcb9844f8412343191f93add1177186c03a36,"
                + "77caf1617fb3723972a56cd2085081c9f66baae825ce5f363c0a86ec87013fa0,"
                + "1300156862599d00ecbb066644bf4d4505b56a9b235eae7a8632defc4335d5c0,"
                + "0471788be0ccf916302c4f2225bba89a0ff3832df1fe50b48d8ccb910be74e3024"
                + "1428ba6de731ccf538ded2913febdfe14b2648fafb8fdd35b8aa91804c706076,"
                + "71b530bed75fc3fa2f8e8bb163203e6ee676565cc61cd59d66352676341c0688,"
                + "4a99cf59fb6af25c324299a39fef2db3931667ee89528e3aacc8b61d591ad643,"
                + "04e660b55a28899c472ca023dce35f23da3cf16677dbdce9ed25353bd8b70cbb8b"
                + "ee0abd2cc8936aee263a08d5b2a15d29a16d12b75fda63b9c614c477af165e2d,"
                + "a81a3ccf56f48c699eb9f393e0701692836f9ac2e06b493ccbf99ac68a792bbe,"
                + "83e82aad90186ddd7e1db090c840ee70eb6cac7531b64dc52a12997462c8d0d8",
    })
    void secp256k1(
            int aead,
            String info,
            String ikmE,
            String skE,
            String pkE,
            String ikmR,
            String skR,
            String pkR,
            String shared,
            String exporter) {
        Secret32 ephemeral = Dhkem.deriveKey(hex(ikmE));
        Secret32 scalar = Dhkem.deriveKey(hex(ikmR));
        assertEquals(skE, HEX.formatHex(ephemeral.expose()));
        assertEquals(skR, HEX.formatHex(scalar.expose()));

        PublicKey opener = Secp256k1.publicKey(scalar);
        assertEquals(pkR, HEX.formatHex(Secp256k1.uncompressed(opener)));
        Dhkem.Encapsulated sent = Dhkem.encapsulate(opener, ephemeral);
        assertEquals(pkE, HEX.formatHex(Secp256k1.uncompressed(sent.enc())));
        assertEquals(shared, HEX.formatHex(sent.sharedSecret().expose()));
        assertEquals(sent.sharedSecret(), Dhkem.decapsulate(sent.enc(), scalar));

        byte[] secret =
                new HpkeSchedule(Dhkem.KEM_ID, aead).base(sent.sharedSecret().expose(), hex(info));
        assertEquals(exporter, HEX.formatHex(secret));
    }

    @ParameterizedTest(name = "seed {0}: the Diffie-Hellman value is BouncyCastle's")
    @ValueSource(longs = {41, 42})
    void ecdh(long seed) {
        Random random = new Random(seed);
        ECDomainParameters curve = new ECDomainParameters(CustomNamedCurves.getByName("secp256k1"));
        for (int i = 0; i < 20; i++) {
            BigInteger a = new BigInteger(255, random).add(BigInteger.ONE);
            Secret32 b = Secret32.of(bytes(new BigInteger(255, random).add(BigInteger.ONE)));
            PublicKey point = Secp256k1.publicKey(b);
            ECDHBasicAgreement agreement = new ECDHBasicAgreement();
            agreement.init(new ECPrivateKeyParameters(a, curve));
            BigInteger x =
                    agreement.calculateAgreement(
                            new ECPublicKeyParameters(
                                    curve.getCurve().decodePoint(point.toByteArray()), curve));
            byte[] product = Secp256k1.multiply(point, Secret32.of(bytes(a)));
            assertEquals(Bytes32.of(bytes(x)), Bytes32.of(Arrays.copyOfRange(product, 1, 33)));
        }
    }

    @Test
    @DisplayName("RFC 9180 7.1.4: a point off the curve is neither sealed to nor opened")
    void offCurve() {
        PublicKey bad = new PublicKey((byte) 2, new Bytes32(0, 0, 0, 5));
        Secret32 scalar = Dhkem.deriveKey(new byte[32]);
        assertThrows(MalformedException.class, () -> Dhkem.encapsulate(bad, scalar));
        assertThrows(MalformedException.class, () -> Dhkem.decapsulate(bad, scalar));
    }

    @Test
    @DisplayName("DeriveKeyPair is deterministic and differs with its input")
    void derive() {
        byte[] other = new byte[32];
        other[0] = 1;
        assertEquals(Dhkem.deriveKey(new byte[32]), Dhkem.deriveKey(new byte[32]));
        assertNotEquals(Dhkem.deriveKey(new byte[32]), Dhkem.deriveKey(other));
    }

    private static byte[] bytes(BigInteger value) {
        return hex(String.format(Locale.ROOT, "%064x", value));
    }
}
