package io.evenhand.programs.stamper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.policy.TimedJudge;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.kit.seal.Opener;
import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.kit.seal.SealTarget;
import io.evenhand.kit.seal.Sealed;
import io.evenhand.kit.seal.Sealer;
import io.evenhand.kit.seal.Suite;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Xid;
import io.evenhand.programs.Refusal;
import io.evenhand.programs.policy.PolicyFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JudgingTest {
    private static final String ACCURACY = "accuracy/1 atLeast=0.7500";
    private static final String GOOD = "row,label\n1,a\n2,b\n3,c\n4,x\n";
    private static final String BAD = "row,label\n1,a\n2,b\n3,x\n4,x\n";
    private static final Secret32 SCALAR = secret(1);
    private static final PublicKey OPENER = Secp256k1.publicKey(SCALAR);
    private static final Xid XID = new Xid(new Bytes32(9, 9, 9, 9));

    @TempDir Path folder;
    private Path hidden;
    private Path empty;

    private static Secret32 secret(long seed) {
        byte[] bytes = new byte[32];
        new Random(seed).nextBytes(bytes);
        return Secret32.of(bytes);
    }

    @BeforeEach
    void files() throws IOException {
        hidden = Files.writeString(folder.resolve("hidden"), "row,label\n1,a\n2,b\n3,c\n4,d\n");
        empty = Files.createFile(folder.resolve("empty"));
    }

    private SpooledWork spool(byte[] work) throws IOException {
        return Spool.take(new ByteArrayInputStream(work), folder.resolve("work"), 64L << 20);
    }

    private SpooledWork spool(String work) throws IOException {
        return spool(work.getBytes(StandardCharsets.UTF_8));
    }

    private TryJob job(String policy, SpooledWork work, int slot, long seed) {
        return new TryJob(
                policy,
                policy.startsWith("size") ? empty : hidden,
                work,
                new SealTarget(Suite.SECP256K1, XID, slot, OPENER),
                secret(seed),
                Optional.of(secret(77)));
    }

    private static Judged run(TryJob job) throws InterruptedException {
        return Judging.run(job, TimedJudge.LIMIT);
    }

    @ParameterizedTest
    @DisplayName(
            "D1: the seal is the one the provider makes itself from the same seed, and it opens")
    @ValueSource(ints = {0, 1, 1 << 20, (1 << 20) + 1, 3_000_000})
    void sameSeal(int length) throws Exception {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        TryJob job = job("size/1 atLeast=0 atMost=3000000", spool(bytes), 1, 5);
        Judged.Passed passed = assertInstanceOf(Judged.Passed.class, run(job));

        Path own = Files.write(folder.resolve("own"), bytes);
        Path ciphertext = folder.resolve("ciphertext");
        Sealed sealed =
                Sealer.seal(
                        own,
                        job.target(),
                        job.seed(),
                        job.psk(),
                        ciphertext,
                        folder.resolve("leaves"));
        assertEquals(sealed.sealId(), passed.sealId());
        assertEquals(sealed.header(), passed.header());
        Path opened = folder.resolve("opened");
        Opener.open(passed.header(), ciphertext, SCALAR, job.psk(), opened);
        assertEquals(-1, Files.mismatch(own, opened));
    }

    @Test
    @DisplayName("a passing work is sealed, a failing or malformed one is not")
    void policy() throws Exception {
        assertInstanceOf(Judged.Passed.class, run(job(ACCURACY, spool(GOOD), 1, 5)));
        assertEquals(new Judged.Failed(), run(job(ACCURACY, spool(BAD), 1, 5)));
        assertEquals(new Judged.Failed(), run(job(ACCURACY, spool("\u0000\u00ff"), 1, 5)));
        TryJob small = job("size/1 atLeast=9 atMost=10", spool("12345678"), 1, 5);
        assertEquals(new Judged.Failed(), run(small));
    }

    @Test
    @DisplayName("16b: a repeat gives the same answer; slot, seed and psk each change the seal")
    void determined() throws Exception {
        SpooledWork work = spool(GOOD);
        TryJob job = job(ACCURACY, work, 1, 5);
        Judged.Passed passed = assertInstanceOf(Judged.Passed.class, run(job));
        assertEquals(passed, run(job));
        TryJob otherPsk =
                new TryJob(
                        ACCURACY, hidden, work, job.target(), job.seed(), Optional.of(secret(78)));
        for (TryJob other :
                new TryJob[] {job(ACCURACY, work, 2, 5), job(ACCURACY, work, 1, 6), otherPsk}) {
            Judged.Passed another = assertInstanceOf(Judged.Passed.class, run(other));
            assertNotEquals(passed.sealId(), another.sealId());
        }
    }

    @Test
    @DisplayName("16b: a work that passes but is not the one taken in gets no seal")
    void swappedBeforeJudging() throws Exception {
        SpooledWork work = spool(BAD);
        Files.writeString(work.file(), GOOD);
        assertEquals(new Judged.WorkChanged(), run(job(ACCURACY, work, 1, 5)));
        Files.writeString(work.file(), GOOD + "5,more\n");
        assertEquals(new Judged.WorkChanged(), run(job(ACCURACY, work, 1, 5)));
        Files.writeString(work.file(), BAD);
        assertEquals(new Judged.Failed(), run(job(ACCURACY, work, 1, 5)));
    }

    @Test
    @DisplayName("16b: the sealing pass is bound too, for a policy that reads no byte")
    void swappedBeforeSealing() throws Exception {
        SpooledWork work = spool(GOOD);
        Files.writeString(work.file(), BAD);
        assertEquals(new Judged.WorkChanged(), run(job("size/1 atLeast=1 atMost=99", work, 1, 5)));
        Files.writeString(work.file(), GOOD.substring(1));
        assertEquals(new Judged.WorkChanged(), run(job("size/1 atLeast=1 atMost=99", work, 1, 5)));
    }

    @Test
    @DisplayName("16b: every pass counts, read to its end or not, and none begins after the end")
    void passes() throws Exception {
        SpooledWork work = spool(GOOD);
        BoundWork bound = new BoundWork(work);
        try (bound) {
            assertEquals(GOOD.length(), bound.length());
            assertTrue(bound.unchanged());
            try (var first = bound.open()) {
                assertEquals('r', first.read());
                first.skipNBytes(3);
                assertEquals('l', first.read());
            }
            assertTrue(bound.unchanged(), "skipped bytes count");
        }
        assertThrowsIo(bound);

        BoundWork again = new BoundWork(work);
        try (again) {
            try (var early = again.open();
                    var whole = again.open()) {
                assertEquals('r', early.read());
                assertEquals(GOOD.length(), whole.readAllBytes().length);
            }
            assertTrue(again.unchanged(), "the rest is read");
        }
    }

    @Test
    @DisplayName("16b: a module reads leaves in any order, and each is the one of the first pass")
    void leaves() throws Exception {
        String sorted =
                PolicyFile.read(Path.of("../examples/policies/wasm-sorted/policy.yaml"))
                        .spec()
                        .canonical();
        byte[] text = "aaaaaaa\n".repeat(300_000).getBytes(StandardCharsets.UTF_8);
        SpooledWork work = spool(text);
        Files.write(hidden, new byte[0]);
        assertInstanceOf(Judged.Passed.class, run(job(sorted, work, 1, 5)));
        try (BoundWork bound = new BoundWork(work);
                Source source = bound.source()) {
            assertEquals(text.length, source.length());
            for (int leaf : new int[] {2, 0, 1}) {
                int from = leaf * Source.LEAF;
                int to = Math.min(text.length, from + Source.LEAF);
                assertArrayEquals(Arrays.copyOfRange(text, from, to), source.leaf(leaf));
            }
            text[Source.LEAF] = 'b';
            Files.write(work.file(), text);
            assertThrows(IOException.class, () -> source.leaf(1));
            assertEquals(Source.LEAF, source.leaf(0).length);
        }
        text[Source.LEAF] = 'a';
        text[0] = 'A';
        Files.write(work.file(), text);
        assertEquals(new Judged.WorkChanged(), run(job(sorted, work, 1, 5)));
    }

    private static void assertThrowsIo(BoundWork bound) {
        assertThrows(IOException.class, bound::open);
    }

    @Test
    @DisplayName("what broke is no verdict: time, policy text, hidden data, missing files")
    void aborted() throws Exception {
        SpooledWork work = spool(GOOD);
        Judged late = Judging.run(job(ACCURACY, work, 1, 5), Duration.ZERO);
        assertInstanceOf(Judged.Aborted.class, late);
        assertInstanceOf(Judged.Aborted.class, run(job("accuracy/9 x=1", work, 1, 5)));
        Files.writeString(hidden, "row,label\n1,secret,word\n");
        Judged malformed = run(job(ACCURACY, work, 1, 5));
        assertInstanceOf(Judged.Aborted.class, malformed);
        assertEquals("Aborted", malformed.toString());
        Files.delete(work.file());
        TryJob size = job("size/1 atLeast=1 atMost=99", work, 1, 5);
        assertInstanceOf(Judged.Aborted.class, run(size));
    }

    @Test
    @DisplayName("no secret is printed")
    void silent() throws Exception {
        TryJob job = job(ACCURACY, spool(GOOD), 1, 5);
        String seed = Bytes32.of(job.seed().expose()).toString();
        assertFalse(job.toString().contains(seed));
        assertTrue(job.toString().contains("***"));
    }

    @Test
    @DisplayName("limit: a work longer than agreed is refused and leaves no file")
    void spoolLimit() throws Exception {
        Path file = folder.resolve("taken");
        byte[] bytes = new byte[100_001];
        new Random(3).nextBytes(bytes);
        Refusal.of(() -> Spool.take(new ByteArrayInputStream(bytes), file, 100_000));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(2, left.count(), "only the hidden and the empty file");
        }
        SpooledWork work = Spool.take(new ByteArrayInputStream(bytes), file, 100_001);
        assertEquals(100_001, work.length());
        assertEquals(PlainRoot.of(file), work.root());
        assertEquals(-1, Files.mismatch(file, Files.write(folder.resolve("same"), bytes)));
    }
}
