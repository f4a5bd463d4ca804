package io.evenhand.programs.attest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.programs.attest.EvidenceVerdict.Accepted;
import io.evenhand.programs.attest.EvidenceVerdict.Refused;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SoftwareEvidenceTest {
    private static final Bytes32 NONCE = new Bytes32(1, 1, 1, 1);
    private static final Bytes32 JOB = new Bytes32(2, 2, 2, 2);
    private static final PublicKey KEY = new PublicKey((byte) 2, new Bytes32(3, 3, 3, 3));
    private static final ReportData EXPECTED = ReportData.of(NONCE, JOB, KEY);

    private final Attester attester = new SoftwareAttester();
    private final EvidenceVerifier verifier = new SoftwareEvidence();
    private final byte[] evidence = attester.evidence(EXPECTED);

    @Test
    @DisplayName("report data = SHA-512(label, nonce, H(job), key)")
    void reportData() throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-512");
        sha.update("evenhand/stamper".getBytes(StandardCharsets.US_ASCII));
        sha.update(NONCE.toByteArray());
        sha.update(JOB.toByteArray());
        byte[] expected = sha.digest(KEY.toByteArray());
        assertArrayEquals(expected, EXPECTED.toByteArray());
        assertEquals(EXPECTED, ReportData.of(expected));
        assertThrows(MalformedException.class, () -> ReportData.of(new byte[63]));
        assertThrows(MalformedException.class, () -> ReportData.of(new byte[65]));
    }

    @Test
    @DisplayName("report data of an enclave = SHA-512(label, nonce, job, H(signing key, HPKE key))")
    void enclave() throws Exception {
        Bytes32 sealing = new Bytes32(4, 4, 4, 4);
        MessageDigest keys = MessageDigest.getInstance("SHA-256");
        keys.update(KEY.toByteArray());
        MessageDigest sha = MessageDigest.getInstance("SHA-512");
        sha.update("evenhand/enclave".getBytes(StandardCharsets.US_ASCII));
        sha.update(NONCE.toByteArray());
        sha.update(JOB.toByteArray());
        byte[] expected = sha.digest(keys.digest(sealing.toByteArray()));
        ReportData enclave = ReportData.enclave(NONCE, JOB, KEY, sealing);
        assertArrayEquals(expected, enclave.toByteArray());
        Bytes32 other = new Bytes32(9, 9, 9, 9);
        byte[] made = attester.evidence(enclave);
        assertInstanceOf(Accepted.class, verifier.verify(made, enclave));
        ReportData[] others = {
            ReportData.enclave(other, JOB, KEY, sealing),
            ReportData.enclave(NONCE, other, KEY, sealing),
            ReportData.enclave(NONCE, JOB, new PublicKey((byte) 3, KEY.x()), sealing),
            ReportData.enclave(NONCE, JOB, KEY, other),
            EXPECTED
        };
        for (ReportData one : others) {
            assertInstanceOf(Refused.class, verifier.verify(made, one));
        }
    }

    @Test
    @DisplayName("software evidence is accepted with a sentence that says it protects nobody")
    void accepted() {
        Accepted accepted = assertInstanceOf(Accepted.class, verifier.verify(evidence, EXPECTED));
        assertEquals("software", accepted.profile());
        assertEquals(SoftwareAttester.WARNING, accepted.protects());
        assertEquals(attester.profile(), verifier.profile());
        assertTrue(
                new String(evidence, StandardCharsets.US_ASCII).contains(SoftwareAttester.WARNING));
    }

    @Test
    @DisplayName("evidence for another nonce, job or key is refused")
    void bound() {
        Bytes32 other = new Bytes32(9, 9, 9, 9);
        ReportData[] others = {
            ReportData.of(other, JOB, KEY),
            ReportData.of(NONCE, other, KEY),
            ReportData.of(NONCE, JOB, new PublicKey((byte) 3, KEY.x())),
            ReportData.of(JOB, NONCE, KEY)
        };
        for (ReportData wrong : others) {
            assertInstanceOf(Refused.class, verifier.verify(evidence, wrong));
        }
    }

    @Test
    @DisplayName("every changed byte, every truncation and any addition is refused")
    void changed() {
        for (int i = 0; i < evidence.length; i++) {
            byte[] flipped = evidence.clone();
            flipped[i] ^= 1;
            assertInstanceOf(Refused.class, verifier.verify(flipped, EXPECTED), "byte " + i);
            assertInstanceOf(Refused.class, verifier.verify(Arrays.copyOf(evidence, i), EXPECTED));
        }
        assertInstanceOf(
                Refused.class,
                verifier.verify(Arrays.copyOf(evidence, evidence.length + 1), EXPECTED));
        assertInstanceOf(
                Refused.class,
                verifier.verify(Arrays.copyOf(evidence, SoftwareEvidence.MAX_BYTES + 1), EXPECTED));
    }
}
