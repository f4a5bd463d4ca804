package io.evenhand.kit.sign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealCryptoTest {
    private static final KeyId KEY = new KeyId(new Bytes32(0, 0, 0, 1));
    private static final Secret32 SECRET = Secp256k1Test.key(new Random(1));
    private static final Ed25519Identity IDENTITY =
            new Ed25519Identity(Secp256k1Test.key(new Random(2)));
    private static final RealCrypto CRYPTO = new RealCrypto(IDENTITY, RealCryptoTest::secret);

    private static Secret32 secret(KeyId id) {
        if (id.equals(KEY)) {
            return SECRET;
        }
        throw new IllegalStateException("no secret " + id);
    }

    record Note(String text, long number) implements Statement {
        @Override
        public String type() {
            return "test/note";
        }

        @Override
        public Bytes32 exchange() {
            return Bytes32.ZERO;
        }
    }

    record Other(String text, long number) implements Statement {
        @Override
        public String type() {
            return "test/other";
        }

        @Override
        public Bytes32 exchange() {
            return Bytes32.ZERO;
        }
    }

    @Test
    @DisplayName("1.2: signable bytes are \"fx1\", 0, type, 0, SHA-256 of the canonical CBOR")
    void signable() {
        Note note = new Note("hi", 7);
        byte[] expected =
                Hashes.concat(
                        "fx1\0test/note\0".getBytes(StandardCharsets.US_ASCII),
                        Hashes.sha256(Records.encode(note)));
        assertArrayEquals(expected, Signable.bytes(note));
        assertEquals(Bytes32.of(Hashes.sha256(expected)), CRYPTO.hash(note));
        assertEquals(CRYPTO.hash(note), CRYPTO.xid(note).value());
    }

    @Test
    @DisplayName("1.2: a signature on one type is none on another with the same body")
    void typesAreSeparate() {
        Note note = new Note("hi", 7);
        Other other = new Other("hi", 7);
        assertArrayEquals(Records.encode(note), Records.encode(other));
        assertNotEquals(CRYPTO.hash(note), CRYPTO.hash(other));
        Signature byParty = CRYPTO.sign(note);
        assertTrue(CRYPTO.verify(IDENTITY.party(), note, byParty));
        assertFalse(CRYPTO.verify(IDENTITY.party(), other, byParty));
        PublicKey key = CRYPTO.publicKey(KEY);
        Signature byKey = CRYPTO.sign(KEY, note);
        assertTrue(CRYPTO.verify(key, note, byKey));
        assertFalse(CRYPTO.verify(key, other, byKey));
        assertFalse(CRYPTO.verify(key, new Note("hi", 8), byKey));
    }

    @ParameterizedTest(name = "a statement type \"{0}\" is refused")
    @ValueSource(strings = {"", "A", "a\0b", "a//b", "/a", "a b", "ü"})
    void types(String type) {
        assertThrows(IllegalArgumentException.class, () -> Signable.bytes(type, new byte[1]));
    }

    @Test
    @DisplayName("names of secrets and commitments have a domain each")
    void names() {
        byte[] secret = SECRET.expose();
        assertEquals(
                Bytes32.of(Hashes.sha256(Hashes.ascii("fx/psk-id\0"), secret)), CRYPTO.pskId(KEY));
        assertEquals(
                Bytes32.of(Hashes.sha256(Hashes.ascii("fx/seed-id\0"), secret)),
                CRYPTO.seedHash(KEY));
        Bytes32 salt = new Bytes32(1, 2, 3, 4);
        Bytes32 digest = new Bytes32(5, 6, 7, 8);
        assertEquals(
                Bytes32.of(
                        Hashes.sha256(
                                Hashes.ascii("fx/hidden\0"),
                                salt.toByteArray(),
                                digest.toByteArray())),
                CRYPTO.commit("fx/hidden", salt, digest));
        assertEquals(
                Bytes32.parse("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                CRYPTO.digest("abc"));
        PublicKey key = CRYPTO.publicKey(KEY);
        assertEquals(Bytes32.of(Hashes.sha256(key.toByteArray())), CRYPTO.fingerprint(key));
    }

    @ParameterizedTest(name = "D12, seed {0}: both addresses are what ecrecover gives on chain")
    @ValueSource(longs = {31, 32, 33})
    void lockIsWhatTheContractComputes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            Secret32 key = Secp256k1Test.key(random);
            LockAddresses lock = CRYPTO.lock(Secp256k1.publicKey(key));
            assertEquals(onChain(key), lock);
            assertTrue(CRYPTO.opens(lock, revealed(key)));
            assertFalse(CRYPTO.opens(lock, revealed(Secp256k1Test.key(random))));
        }
    }

    @Test
    @DisplayName("D12: both addresses must match; scalars outside 1 to n-1 open nothing")
    void opensNeedsBoth() {
        LockAddresses lock = CRYPTO.lock(Secp256k1.publicKey(SECRET));
        RevealedKey key = revealed(SECRET);
        Address other = Address.parse("0x" + "11".repeat(20));
        assertFalse(CRYPTO.opens(new LockAddresses(lock.a1(), other), key));
        assertFalse(CRYPTO.opens(new LockAddresses(other, lock.a2()), key));
        assertFalse(CRYPTO.opens(lock, new RevealedKey(Bytes32.ZERO)));
        Bytes32 order = Bytes32.of(Words.uint(Secp256k1.ORDER, 256));
        assertFalse(CRYPTO.opens(lock, new RevealedKey(order)));
        BigInteger small = BigInteger.TEN;
        LockAddresses ofSmall = CRYPTO.lock(Secp256k1.publicKey(Secp256k1Test.scalar(small)));
        Bytes32 sameModOrder = Bytes32.of(Words.uint(Secp256k1.ORDER.add(small), 256));
        assertFalse(CRYPTO.opens(ofSmall, new RevealedKey(sameModOrder)));
    }

    @Test
    @DisplayName(
            "16d: the key 1/Gx, whose second point is infinity, is refused; so is one off curve")
    void keysWithoutLock() {
        BigInteger inverse = Secp256k1.GENERATOR_X.modInverse(Secp256k1.ORDER);
        Secret32 key = Secp256k1Test.scalar(inverse);
        PublicKey step = Secp256k1.publicKey(key);
        assertThrows(MalformedException.class, () -> CRYPTO.lock(step));
        LockAddresses any = new LockAddresses(Secp256k1.evmAddress(step), Address.ZERO);
        assertFalse(CRYPTO.opens(any, revealed(key)));
        assertThrows(MalformedException.class, () -> CRYPTO.lock(Secp256k1Test.offCurve()));
    }

    @Test
    @DisplayName(
            "decisions 8: the deal id is keccak-256 of twelve words and changes with every one")
    void dealId() {
        Rail rail = new Rail(31337, Address.parse("0x" + "01".repeat(20)), Bytes32.ZERO);
        Deal deal = deal(1_000L, 7L);
        String words =
                word("7a69")
                        + word("01".repeat(20))
                        + word("02".repeat(20))
                        + word("03".repeat(20))
                        + word("04".repeat(20))
                        + word("3e8")
                        + word("7")
                        + word("09")
                        + word("1")
                        + word("05".repeat(20))
                        + word("06".repeat(20))
                        + word("0a");
        assertEquals(
                Bytes32.of(Hashes.keccak256(HexFormat.of().parseHex(words))),
                CRYPTO.dealId(rail, deal).value());
        assertNotEquals(CRYPTO.dealId(rail, deal), CRYPTO.dealId(rail, deal(1_001L, 7L)));
        assertNotEquals(CRYPTO.dealId(rail, deal), CRYPTO.dealId(rail, deal(1_000L, 8L)));
        assertThrows(MalformedException.class, () -> CRYPTO.dealId(rail, deal(1_000L, -1L)));
    }

    private static Deal deal(long amount, long claimBy) {
        return new Deal(
                Address.parse("0x" + "02".repeat(20)),
                Address.parse("0x" + "03".repeat(20)),
                Address.parse("0x" + "04".repeat(20)),
                Wei.of(amount),
                claimBy,
                new Bytes32(0, 0, 0, 9),
                Deal.POINT_LOCK,
                new LockAddresses(
                        Address.parse("0x" + "05".repeat(20)),
                        Address.parse("0x" + "06".repeat(20))),
                new Bytes32(0, 0, 0, 10));
    }

    private static String word(String hex) {
        return "0".repeat(64 - hex.length()) + hex;
    }

    private static RevealedKey revealed(Secret32 key) {
        return new RevealedKey(Bytes32.of(key.expose()));
    }

    /// What the contract does with a scalar: two `ecrecover` calls with r = Gx, v = 27 and s =
    /// Gx·sk mod n, on the messages 0 and 1.
    private static LockAddresses onChain(Secret32 key) {
        BigInteger sk = new BigInteger(1, key.expose());
        BigInteger s = Secp256k1.GENERATOR_X.multiply(sk).mod(Secp256k1.ORDER);
        Signature signature =
                new Signature(
                        Bytes32.of(Words.uint(Secp256k1.GENERATOR_X, 256)),
                        Bytes32.of(Words.uint(s, 256)));
        return new LockAddresses(
                Secp256k1.evmAddress(Secp256k1.recover(Words.uint(0, 256), signature, 0)),
                Secp256k1.evmAddress(Secp256k1.recover(Words.uint(1, 256), signature, 0)));
    }
}
