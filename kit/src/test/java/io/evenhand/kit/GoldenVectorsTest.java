package io.evenhand.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.evidence.SignedStatement;
import io.evenhand.kit.evidence.Signer;
import io.evenhand.kit.seal.Padme;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.seal.SealLabel;
import io.evenhand.kit.seal.SealTarget;
import io.evenhand.kit.seal.Sealed;
import io.evenhand.kit.seal.Sealer;
import io.evenhand.kit.seal.Suite;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.SecretNames;
import io.evenhand.kit.sign.Signable;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pins the bytes of one sample of everything the kit writes, hashes or signs. A change here breaks
/// every stored exchange and every peer: it needs a new version, not a new line in the file.
class GoldenVectorsTest {
    private static final Bytes32 ONES = Bytes32.parse("11".repeat(32));
    private static final Bytes32 TWOS = Bytes32.parse("22".repeat(32));
    private static final Address PAYER = Address.parse("33".repeat(20));
    private static final Address PAYEE = Address.parse("44".repeat(20));
    private static final Secret32 SECRET = Secret32.of(ONES.toByteArray());
    private static final PublicKey KEY = Secp256k1.publicKey(SECRET);
    private static final Ed25519Identity IDENTITY = new Ed25519Identity(SECRET);
    private static final Xid XID = new Xid(ONES);
    private static final RevealedKey REVEALED = new RevealedKey(TWOS);
    private static final LockAddresses LOCK = PointLock.of(KEY);
    private static final Rail RAIL = new Rail(31_337, PAYEE, TWOS);
    private static final SealLabel LABEL =
            new SealLabel(Suite.SECP256K1, XID, 1, new Nonce16(1, 2), TWOS, ONES);
    private static final SealHeader HEADER =
            new SealHeader(LABEL, KEY, TWOS, 1 << 20, 1, 1088, ONES);
    private static final Deal DEAL =
            new Deal(
                    PAYER,
                    PAYEE,
                    Address.ZERO,
                    Wei.parse("0.01 eth"),
                    1_800_000_000L,
                    TWOS,
                    Deal.POINT_LOCK,
                    LOCK,
                    ONES);
    private static final Stamp STAMP =
            new Stamp(
                    XID,
                    1,
                    new SealId(TWOS),
                    Suite.SECP256K1,
                    LOCK,
                    ONES,
                    TWOS,
                    ONES,
                    TWOS,
                    IDENTITY.party(),
                    "software",
                    1,
                    1_800_000_000L);

    @TempDir Path directory;

    @Test
    @DisplayName("every record has the bytes it has always had, and reads back")
    void records() throws IOException {
        Map<String, Record> samples = new LinkedHashMap<>();
        for (Record r :
                new Record[] {
                    ONES,
                    PAYER,
                    KEY,
                    new Nonce16(1, 2),
                    Wei.parse("1 eth"),
                    new Signature(ONES, TWOS),
                    XID,
                    new DealId(ONES),
                    new SealId(ONES),
                    new KeyId(ONES),
                    IDENTITY.party(),
                    new ChainTime(1_800_000_000L, 1_799_999_999L),
                    LOCK,
                    RAIL,
                    REVEALED,
                    DEAL,
                    new DealView(
                            TWOS,
                            DealStatus.OPEN,
                            DealStatus.ABSENT,
                            1_700_000_000L,
                            Optional.of(REVEALED),
                            true,
                            false,
                            Wei.of(5)),
                    LABEL,
                    HEADER,
                    STAMP,
                    Timing.ETHEREUM,
                    signed(),
                }) {
            samples.put(r.getClass().getSimpleName(), r);
            assertEquals(r, Records.decode(r.getClass(), Records.encode(r)));
        }
        Map<String, String> actual = new TreeMap<>();
        samples.forEach((name, r) -> actual.put(name, hex(Records.encode(r))));
        actual.put("Octets", hex(Records.encode(new Holder(new Octets(new byte[] {1, 2, 3})))));
        compare("records.txt", actual);
    }

    record Holder(Octets octets) {}

    @Test
    @DisplayName("every hash, name, signature and seal is what it has always been")
    void derived() throws IOException {
        Map<String, String> actual = new TreeMap<>();
        actual.put("signable", hex(Signable.bytes(STAMP)));
        actual.put("ed25519", IDENTITY.sign(STAMP).toString());
        actual.put(
                "ecdsa", Secp256k1.sign(Hashes.sha256(Signable.bytes(STAMP)), SECRET).toString());
        actual.put("pskId", SecretNames.pskId(SECRET).toString());
        actual.put("seedHash", SecretNames.seedHash(SECRET).toString());
        actual.put("fingerprint", SecretNames.fingerprint(KEY).toString());
        actual.put("dealId", DealHash.of(RAIL, DEAL).toString());
        actual.put("lock", LOCK.a1() + " " + LOCK.a2());
        actual.put("label", hex(LABEL.encode()));
        actual.put("sealIdOfSample", HEADER.sealId().toString());
        actual.put("padme", Long.toString(Padme.length(123_456_789)));
        Bundle bundle = Bundle.of(Map.of("statements/stamp.cbor", signed().encode()));
        actual.put("bundle", hex(Hashes.sha256(bundle.toByteArray())));

        Path work = directory.resolve("work");
        Files.writeString(work, "work");
        SealTarget target = new SealTarget(Suite.SECP256K1, XID, 1, KEY);
        Path sealed = directory.resolve("sealed");
        Path leaves = directory.resolve("leaves");
        Sealed withPsk = Sealer.seal(work, target, SECRET, Optional.of(SECRET), sealed, leaves);
        actual.put("sealHeader", hex(withPsk.header().encode()));
        actual.put("sealId", withPsk.sealId().toString());
        actual.put("sealedBytes", hex(Files.readAllBytes(sealed)));
        actual.put("leaves", hex(Files.readAllBytes(leaves)));
        actual.put(
                "sealIdWithoutPsk",
                Sealer.reseal(work, target, SECRET, Optional.empty()).sealId().toString());
        compare("derived.txt", actual);
    }

    private static SignedStatement signed() {
        PartyId party = IDENTITY.party();
        return SignedStatement.of(STAMP, new Signer.Party(party), IDENTITY.sign(STAMP));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static void compare(String file, Map<String, String> actual) throws IOException {
        StringBuilder text = new StringBuilder();
        actual.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        try (InputStream in = GoldenVectorsTest.class.getResourceAsStream(file)) {
            assertNotNull(in, file);
            assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8), text.toString());
        }
    }
}
