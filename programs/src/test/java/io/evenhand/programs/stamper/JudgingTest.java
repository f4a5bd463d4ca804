package io.evenhand.programs.stamper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.client.Hosts;
import io.evenhand.enclave.client.TimeLimits;
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
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
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

    private static final Hosts HOSTS = new Hosts();

    @AfterAll
    static void end() {
        HOSTS.close();
    }

    private static Judged run(TryJob job) throws InterruptedException {
        return new Judging(HOSTS, TimeLimits.STAMPER).run("customer", job);
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
    @DisplayName("16b: a module's reads are bound too")
    void leaves() throws Exception {
        String sorted =
                PolicyFile.read(Path.of("../examples/policies/wasm-sorted/policy.yaml"))
                        .spec()
                        .canonical();
        byte[] text = "aaaaaaa\n".repeat(300_000).getBytes(StandardCharsets.UTF_8);
        SpooledWork work = spool(text);
        Files.write(hidden, new byte[0]);
        assertInstanceOf(Judged.Passed.class, run(job(sorted, work, 1, 5)));
        text[0] = 'A';
        Files.write(work.file(), text);
        assertEquals(new Judged.WorkChanged(), run(job(sorted, work, 1, 5)));
    }

    @Test
    @DisplayName(
            "no verdict: policy text and hidden data for good, missing files until they are back")
    void unjudged() throws Exception {
        SpooledWork work = spool(GOOD);
        assertInstanceOf(Judged.Unjudged.class, run(job("accuracy/9 x=1", work, 1, 5)));
        Files.writeString(hidden, "row,label\n1,secret,word\n");
        Judged malformed = run(job(ACCURACY, work, 1, 5));
        assertInstanceOf(Judged.Unjudged.class, malformed);
        assertEquals("Unjudged", malformed.toString());
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
