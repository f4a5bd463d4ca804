package io.evenhand.enclave.policy;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hidden data's commitment, which stands in the Terms until the customer opens it (decisions
/// 13, 16a).
public final class HiddenData {
    /// What built-in policies read at most (decisions 14).
    public static final long MAX_BYTES = LabelReader.MAX_BYTES;

    private static final byte[] DOMAIN = "fx/hidden\0".getBytes(StandardCharsets.US_ASCII);

    private HiddenData() {}

    /// SHA-256("fx/hidden" ‖ 0 ‖ salt ‖ data), read as a stream.
    public static Bytes32 commitment(Bytes32 salt, Path data) throws IOException {
        MessageDigest sha = sha256();
        sha.update(DOMAIN);
        sha.update(salt.toByteArray());
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        try (InputStream in = Files.newInputStream(data)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
                if (total > MAX_BYTES) {
                    throw new MalformedException(
                            "hidden data: larger than " + (MAX_BYTES >> 20) + " MiB");
                }
                sha.update(buffer, 0, n);
            }
        }
        return Bytes32.of(sha.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
