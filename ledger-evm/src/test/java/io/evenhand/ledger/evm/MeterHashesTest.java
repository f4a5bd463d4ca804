package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.Words;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Hashes and signatures against those of a foreign client (`contracts/foreign.mjs`), and what is
/// no signature.
class MeterHashesTest {
    private static final Path VECTORS = Path.of("../contracts/test/meter/vectors.json");
    private static final BigInteger HALF_ORDER = Secp256k1.ORDER.shiftRight(1);

    private JsonNode vectors;
    private Secret32 signerKey;

    @BeforeEach
    void read() throws IOException {
        vectors = new ObjectMapper().readTree(VECTORS.toFile());
        signerKey = secret("signerKey");
    }

    private Secret32 secret(String name) {
        return Secret32.of(Hex.parse(vectors.get(name).textValue(), 32));
    }

    private static Bytes32 hash(JsonNode vector, String name) {
        return Bytes32.parse(vector.get(name).textValue());
    }

    private static Address address(JsonNode vector, String name) {
        return Address.parse(vector.get(name).textValue());
    }

    private static BigInteger number(JsonNode vector, String name) {
        return new BigInteger(vector.get(name).textValue());
    }

    private static Rail meter(JsonNode v) {
        return new Rail(
                number(v, "chainId").longValueExact(), address(v, "meter"), MeterCode.hash());
    }

    private static MeterChannel channel(JsonNode v) {
        return new MeterChannel(
                address(v, "payer"),
                address(v, "payee"),
                address(v, "signer"),
                number(v, "timeout").longValueExact(),
                hash(v, "xid"));
    }

    private static MeterPair pair(JsonNode v) {
        return new MeterPair(
                new Wei(number(v, "total")),
                hash(v, "lock"),
                CompactSignature.of(Hex.parse(v.get("updateSignature").textValue())),
                hash(v, "secret"));
    }

    @Test
    @DisplayName("Names, digests and signatures are those that ethers makes")
    void allIsWhatAForeignClientMakes() {
        int count = 0;
        for (JsonNode v : vectors.get("channels")) {
            Rail meter = meter(v);
            Bytes32 channel = MeterHashes.channel(meter, channel(v));
            assertEquals(hash(v, "channel"), channel);
            assertEquals(hash(v, "key"), MeterHashes.key(meter, channel(v)));
            assertEquals(hash(v, "lock"), MeterHashes.lock(hash(v, "secret")));
            Wei total = new Wei(number(v, "total"));
            byte[] update = MeterHashes.update(meter, channel, total, hash(v, "lock"));
            assertEquals(hash(v, "updateDigest"), Bytes32.of(update));
            long notBefore = number(v, "notBefore").longValueExact();
            byte[] close = MeterHashes.close(meter, channel, total, hash(v, "lock"), notBefore);
            assertEquals(hash(v, "closeDigest"), Bytes32.of(close));
            assertSigned(v, "updateSignature", update, signerKey, address(v, "signer"));
            assertSigned(v, "closeSignature", close, secret("payeeKey"), address(v, "payee"));
            count++;
        }
        assertEquals(3, count);
    }

    private static void assertSigned(
            JsonNode v, String name, byte[] digest, Secret32 key, Address who) {
        byte[] foreign = Hex.parse(v.get(name).textValue());
        CompactSignature ours = MeterHashes.sign(digest, key, Secp256k1.publicKey(key));
        assertArrayEquals(foreign, ours.toByteArray());
        assertEquals(Optional.of(who), MeterHashes.recover(digest, CompactSignature.of(foreign)));
    }

    @Test
    @DisplayName("A signature has one form: the high s, r of 0 or n and s of 0 are nobody's")
    void onlyOneForm() {
        JsonNode v = vectors.get("channels").get(1);
        byte[] digest = hash(v, "updateDigest").toByteArray();
        CompactSignature good = pair(v).signature();
        BigInteger vs = new BigInteger(1, good.vs().toByteArray());
        BigInteger s = vs.clearBit(255);
        assertEquals(Optional.of(address(v, "signer")), MeterHashes.recover(digest, good));
        BigInteger highForm = Secp256k1.ORDER.subtract(s);
        BigInteger flipped = vs.testBit(255) ? highForm : highForm.setBit(255);
        assertFalse(isSigners(v, digest, new CompactSignature(good.r(), word(flipped))));
        assertFalse(isSigners(v, digest, new CompactSignature(good.r(), word(vs.flipBit(255)))));
        for (BigInteger bad : new BigInteger[] {HALF_ORDER.add(BigInteger.ONE), BigInteger.ZERO}) {
            CompactSignature signature = new CompactSignature(good.r(), word(bad));
            assertEquals(Optional.empty(), MeterHashes.recover(digest, signature));
        }
        for (BigInteger r : new BigInteger[] {BigInteger.ZERO, Secp256k1.ORDER}) {
            CompactSignature signature = new CompactSignature(word(r), good.vs());
            assertEquals(Optional.empty(), MeterHashes.recover(digest, signature));
        }
        assertThrows(MalformedException.class, () -> CompactSignature.of(new byte[63]));
        assertThrows(MalformedException.class, () -> CompactSignature.of(new byte[65]));
    }

    private static boolean isSigners(JsonNode v, byte[] digest, CompactSignature signature) {
        return MeterHashes.recover(digest, signature)
                .filter(address(v, "signer")::equals)
                .isPresent();
    }

    private static Bytes32 word(BigInteger number) {
        return Bytes32.of(Words.uint(number, 256));
    }

    @Test
    @DisplayName("G1: a pair counts only if the contract would close with it at this deposit")
    void aPairIsChecked() {
        JsonNode v = vectors.get("channels").get(1);
        Rail meter = meter(v);
        MeterChannel channel = channel(v);
        MeterPair pair = pair(v);
        assertEquals(Optional.empty(), fault(v, pair, pair.total()));
        Wei less = new Wei(pair.total().value().subtract(BigInteger.ONE));
        assertEquals(Optional.of(MeterPair.Fault.ABOVE_DEPOSIT), fault(v, pair, less));
        MeterPair otherKey =
                new MeterPair(pair.total(), pair.lock(), pair.signature(), Rig.random32());
        assertEquals(Optional.of(MeterPair.Fault.WRONG_KEY), fault(v, otherKey, pair.total()));
        MeterPair otherTotal = new MeterPair(less, pair.lock(), pair.signature(), pair.key());
        assertEquals(Optional.of(MeterPair.Fault.WRONG_SIGNER), fault(v, otherTotal, pair.total()));
        Bytes32 key = Rig.random32();
        MeterPair otherLock =
                new MeterPair(pair.total(), MeterHashes.lock(key), pair.signature(), key);
        assertEquals(Optional.of(MeterPair.Fault.WRONG_SIGNER), fault(v, otherLock, pair.total()));
        MeterChannel others =
                new MeterChannel(
                        channel.payer(),
                        channel.payee(),
                        channel.payee(),
                        channel.timeout(),
                        channel.xid());
        assertEquals(
                Optional.of(MeterPair.Fault.WRONG_SIGNER),
                MeterHashes.fault(meter, others, pair, pair.total()));
        Rail elsewhere = new Rail(1, meter.contract(), meter.codeHash());
        assertEquals(
                Optional.of(MeterPair.Fault.WRONG_SIGNER),
                MeterHashes.fault(elsewhere, channel, pair, pair.total()));
        assertFalse(pair.toString().contains(pair.key().toString()), "the key is not printed");
        assertTrue(pair.toString().contains("update to"), pair.toString());
    }

    private static Optional<MeterPair.Fault> fault(JsonNode v, MeterPair pair, Wei deposit) {
        return MeterHashes.fault(meter(v), channel(v), pair, deposit);
    }

    @Test
    void aTimeBeforeTheEpochIsNoTimeout() {
        MeterChannel channel = channel(vectors.get("channels").get(0));
        assertThrows(
                MalformedException.class,
                () ->
                        new MeterChannel(
                                channel.payer(),
                                channel.payee(),
                                channel.signer(),
                                -1,
                                channel.xid()));
    }
}
