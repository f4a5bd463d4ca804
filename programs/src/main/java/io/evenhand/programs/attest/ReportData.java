package io.evenhand.programs.attest;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// The 64 bytes that evidence is made over: they tie keys to one job and one challenge.
public final class ReportData {
    public static final int BYTES = 64;

    private static final byte[] LABEL = "evenhand/stamper".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ENCLAVE = "evenhand/enclave".getBytes(StandardCharsets.US_ASCII);

    private final byte[] value;

    private ReportData(byte[] value) {
        this.value = value;
    }

    /// SHA-512("evenhand/stamper" ‖ nonce ‖ H(job) ‖ key); all parts have a fixed length.
    ///
    /// @param nonce chosen by the customer for this question, so that old evidence does not answer
    ///   it
    /// @param job hash of what the stamper was asked for
    /// @param stampKey the key that will sign the stamp
    public static ReportData of(Bytes32 nonce, Bytes32 job, PublicKey stampKey) {
        MessageDigest sha = sha512();
        sha.update(LABEL);
        sha.update(nonce.toByteArray());
        sha.update(job.toByteArray());
        sha.update(stampKey.toByteArray());
        return new ReportData(sha.digest());
    }

    /// SHA-512("evenhand/enclave" ‖ nonce ‖ job ‖ SHA-256(signing key ‖ HPKE key)); all parts have
    /// a fixed length (spec-metered H).
    ///
    /// @param nonce chosen by the requester for this session
    /// @param job name of channel and session
    /// @param signingKey the key that will sign statements
    /// @param sealingKey the X25519 key to which the requester will seal
    public static ReportData enclave(
            Bytes32 nonce, Bytes32 job, PublicKey signingKey, Bytes32 sealingKey) {
        MessageDigest sha = sha512();
        sha.update(ENCLAVE);
        sha.update(nonce.toByteArray());
        sha.update(job.toByteArray());
        sha.update(Hashes.sha256(signingKey.toByteArray(), sealingKey.toByteArray()));
        return new ReportData(sha.digest());
    }

    public static ReportData of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new MalformedException("report data has 64 bytes, got " + bytes.length);
        }
        return new ReportData(bytes.clone());
    }

    public byte[] toByteArray() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReportData that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(value);
    }

    private static MessageDigest sha512() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-512", e);
        }
    }
}
