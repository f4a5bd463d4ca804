package io.evenhand.kit.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Xid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The properties S2, S3, S4, S5, S7 and S8 of the seal; S1 and S6 have classes of their own.
class SealTest {
    private static final int MIB = 1 << 20;

    @TempDir Path directory;

    @ParameterizedTest(name = "S5: {0} bytes are sealed and opened again, with and without psk")
    @ValueSource(
            ints = {
                0,
                1,
                2,
                100,
                4096,
                MIB - 9,
                MIB - 8,
                MIB - 7,
                MIB,
                MIB + 1,
                2 * MIB - 8,
                3000000
            })
    void roundTrip(int length) throws IOException {
        for (boolean withPsk : new boolean[] {true, false}) {
            Samples s = new Samples(directory, 70 + length, length, withPsk);
            assertDoesNotThrow(s.header()::check);
            assertEquals(s.header().ciphertextLength(), Files.size(s.ciphertext));
            assertEquals(32L * s.header().chunks(), Files.size(s.leaves));
            assertArrayEquals(s.work, s.open());
            Path out = directory.resolve("revealed");
            RevealedKey key = new RevealedKey(Bytes32.of(s.scalar.expose()));
            Opener.open(s.header(), s.ciphertext, key, s.psk, out);
            assertArrayEquals(s.work, Files.readAllBytes(out));
            assertNoLeftovers();
        }
    }

    @ParameterizedTest(
            name =
                    "FDE (CCS 2024): a ciphertext 12 to 50 times the data; here {0} bytes grow by less"
                            + " than 13 % and one tag a chunk")
    @ValueSource(ints = {100_000, MIB, 3_000_000})
    void smallCiphertext(int length) throws IOException {
        Samples s = new Samples(directory, length, length, true);
        long most = length + length * 13L / 100 + 16L * s.header().chunks() + 8;
        long size = Files.size(s.ciphertext);
        assertTrue(size <= most, size + " bytes, at most " + most);
    }

    @ParameterizedTest(
            name = "D1, seed {0}: sealing again gives the same bytes; resealing the same name")
    @ValueSource(longs = {81, 82})
    void deterministic(long seed) throws IOException {
        Samples s = new Samples(directory, seed, new Random(seed).nextInt(3 * MIB));
        Path again = directory.resolve("again");
        Sealed second =
                Sealer.seal(s.workFile, s.target, s.seed, s.psk, again, directory.resolve("l2"));
        assertEquals(s.sealed, second);
        assertArrayEquals(s.sealedBytes(), Files.readAllBytes(again));
        Resealed resealed = Sealer.reseal(s.workFile, s.target, s.seed, s.psk);
        assertEquals(s.header(), resealed.header());
        assertEquals(s.sealed.sealId(), resealed.sealId());
        assertEquals(PlainRoot.of(s.workFile), resealed.plainRoot());
    }

    @Test
    @DisplayName("16b: resealing other bytes gives another plain root and another name")
    void resealOtherBytes() throws IOException {
        Samples s = new Samples(directory, 83, 5000);
        s.work[4999] ^= 1;
        Files.write(s.workFile, s.work);
        Bytes32 before = Sealer.reseal(s.workFile, s.target, s.seed, s.psk).plainRoot();
        assertEquals(PlainRoot.of(s.workFile), before);
        assertNotEquals(
                s.sealed.sealId(), Sealer.reseal(s.workFile, s.target, s.seed, s.psk).sealId());
    }

    @ParameterizedTest(name = "S2, seed {0}: what opens with the seed seals to the same name")
    @ValueSource(longs = {84, 85})
    void seedOpening(long seed) throws IOException {
        Samples s = new Samples(directory, seed, new Random(seed).nextInt(2 * MIB));
        Path out = directory.resolve("by-seed");
        Opener.openWithSeed(s.header(), s.ciphertext, s.seed, s.psk, s.opener, out);
        assertArrayEquals(s.work, Files.readAllBytes(out));
        assertEquals(s.sealed.sealId(), Sealer.reseal(out, s.target, s.seed, s.psk).sealId());
    }

    @Test
    @DisplayName("S2: another seed, psk or opener does not open")
    void seedOpeningRefuses() {
        Samples s = new Samples(directory, 86, 10);
        Samples t = new Samples(directory, 87, 10);
        Path out = directory.resolve("by-seed");
        assertRefused(
                () -> Opener.openWithSeed(s.header(), s.ciphertext, t.seed, s.psk, s.opener, out));
        assertRefused(
                () -> Opener.openWithSeed(s.header(), s.ciphertext, s.seed, t.psk, s.opener, out));
        assertRefused(
                () -> Opener.openWithSeed(s.header(), s.ciphertext, s.seed, s.psk, t.opener, out));
        SealHeader enc = with(s.header(), t.header().enc(), s.header().commitment());
        assertRefused(() -> Opener.openWithSeed(enc, s.ciphertext, s.seed, s.psk, s.opener, out));
        SealHeader com = with(s.header(), s.header().enc(), Bytes32.ZERO);
        assertRefused(() -> Opener.openWithSeed(com, s.ciphertext, s.seed, s.psk, s.opener, out));
    }

    @Test
    @DisplayName("S3: the header alone tells whether a key opens")
    void headerOpening() {
        Samples s = new Samples(directory, 88, 10);
        Samples t = new Samples(directory, 89, 10);
        assertDoesNotThrow(() -> Opener.check(s.header(), s.scalar, s.psk));
        assertRefused(() -> Opener.check(s.header(), t.scalar, s.psk));
        assertRefused(() -> Opener.check(s.header(), s.scalar, t.psk));
        assertRefused(() -> Opener.check(s.header(), s.scalar, Optional.empty()));
    }

    @Test
    @DisplayName("D19: the published scalar without the psk opens nothing, whatever the label says")
    void scalarAloneIsNotEnough() {
        Samples s = new Samples(directory, 90, 10);
        SealLabel label = s.header().label();
        SealHeader claimsNoPsk =
                with(
                        s.header(),
                        new SealLabel(
                                label.suite(),
                                label.xid(),
                                label.slot(),
                                label.nonce(),
                                label.opener(),
                                Bytes32.ZERO));
        assertRefused(() -> Opener.check(s.header(), s.scalar, Optional.empty()));
        assertRefused(() -> Opener.check(claimsNoPsk, s.scalar, Optional.empty()));
    }

    @Test
    @DisplayName("S4: any change of the label gives another key, so the commitment fails")
    void labelBinding() {
        Samples s = new Samples(directory, 91, 10);
        Samples t = new Samples(directory, 92, 10);
        SealLabel l = s.header().label();
        Xid otherXid = t.header().label().xid();
        List<SealLabel> changed =
                List.of(
                        new SealLabel(
                                l.suite(), otherXid, l.slot(), l.nonce(), l.opener(), l.pskId()),
                        new SealLabel(l.suite(), l.xid(), 2, l.nonce(), l.opener(), l.pskId()),
                        l.withNonce(new Nonce16(1, 2)));
        for (SealLabel label : changed) {
            MalformedException e =
                    assertThrows(
                            MalformedException.class,
                            () -> s.open(with(s.header(), label), s.sealedBytes()));
            assertEquals("the key does not match the seal's commitment", e.getMessage());
        }
        SealLabel forOther =
                new SealLabel(
                        l.suite(),
                        l.xid(),
                        l.slot(),
                        l.nonce(),
                        t.header().label().opener(),
                        l.pskId());
        assertRefused(() -> Opener.check(with(s.header(), forOther), s.scalar, s.psk));
        assertRefused(() -> Opener.check(with(s.header(), forOther), t.scalar, s.psk));
    }

    @Test
    @DisplayName("S7: the seed fixes the nonce of the label, another attempt another key")
    void nonceComesFromTheSeed() {
        Samples s = new Samples(directory, 93, 10);
        assertEquals(s.target.label(s.seed, s.psk), s.header().label());
        Secret32 other = Secret32.of(Samples.bytes(new Random(1)));
        assertNotEquals(s.target.label(other, s.psk).nonce(), s.header().label().nonce());
        SealTarget next = new SealTarget(Suite.SECP256K1, s.target.xid(), 2, s.opener);
        DemKeys first = DemKeys.ofSeed(s.header().label(), s.seed, s.psk, s.opener);
        DemKeys second = DemKeys.ofSeed(next.label(s.seed, s.psk), s.seed, s.psk, s.opener);
        assertNotEquals(first.enc(), second.enc());
        assertNotEquals(first.commitment(), second.commitment());
    }

    @ParameterizedTest(name = "S8: works of one size class have headers of one size ({0} bytes)")
    @ValueSource(ints = {1017, 1040, 1080})
    void length(int length) {
        Samples s = new Samples(directory, 94, length);
        assertEquals(1088, s.header().paddedLength());
        assertEquals(1088 + 16, s.header().ciphertextLength());
    }

    @Test
    @DisplayName("a work that no seal holds is refused before anything is read")
    void tooLong() {
        assertDoesNotThrow(() -> Sealer.checkLength((1L << 44) - 8));
        assertRefused(() -> Sealer.checkLength((1L << 44) - 7));
        assertRefused(() -> Sealer.checkLength(-1));
    }

    @Test
    @DisplayName("sealing to a point off the curve is refused")
    void offCurve() {
        Samples s = new Samples(directory, 95, 10);
        PublicKey bad = new PublicKey((byte) 2, new Bytes32(0, 0, 0, 5));
        assertFalse(Secp256k1.onCurve(bad));
        SealTarget target = new SealTarget(Suite.SECP256K1, s.target.xid(), 1, bad);
        assertRefused(() -> Sealer.reseal(s.workFile, target, s.seed, s.psk));
    }

    @Test
    @DisplayName("a file that cannot be read leaves no output behind")
    void noLeftovers() throws IOException {
        Samples s = new Samples(directory, 96, 10);
        assertThrows(
                IOException.class,
                () ->
                        Sealer.seal(
                                directory.resolve("missing"),
                                s.target,
                                s.seed,
                                s.psk,
                                directory.resolve("x"),
                                directory.resolve("y")));
        assertFalse(Files.exists(directory.resolve("x")));
        assertFalse(Files.exists(directory.resolve("y")));
        assertNoLeftovers();
    }

    private void assertNoLeftovers() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(), files.filter(f -> f.toString().endsWith(".part")).toList());
        }
    }

    static SealHeader with(SealHeader h, SealLabel label) {
        return new SealHeader(
                label,
                h.enc(),
                h.commitment(),
                h.chunkSize(),
                h.chunks(),
                h.paddedLength(),
                h.root());
    }

    static SealHeader with(SealHeader h, PublicKey enc, Bytes32 commitment) {
        return new SealHeader(
                h.label(), enc, commitment, h.chunkSize(), h.chunks(), h.paddedLength(), h.root());
    }

    private static void assertRefused(Executable action) {
        assertThrows(MalformedException.class, action);
    }
}
