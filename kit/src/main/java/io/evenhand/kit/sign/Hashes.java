package io.evenhand.kit.sign;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.KeccakDigest;

/// The hash functions of Evenhand: SHA-256, Ethereum's keccak-256 and HKDF over SHA-256 (RFC 5869).
public final class Hashes {
    /// Octets that SHA-256 and keccak-256 give.
    public static final int SIZE = 32;

    /// Most bytes HKDF-Expand gives: 255 blocks.
    private static final int MAX_EXPAND = 255 * SIZE;

    private static final byte[] SEPARATOR = {0};

    private Hashes() {}

    /// SHA-256 over the parts, one after the other.
    public static byte[] sha256(byte[]... parts) {
        MessageDigest digest = newSha256();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    /// SHA-256(domain ‖ 0 ‖ parts): a hash that cannot be mistaken for one of another domain.
    public static byte[] sha256(String domain, byte[]... parts) {
        MessageDigest digest = newSha256();
        digest.update(ascii(domain));
        digest.update(SEPARATOR);
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    /// A fresh SHA-256 for callers that hash as they stream.
    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /// Keccak-256 with the padding Ethereum kept, which is not that of SHA3-256.
    public static byte[] keccak256(byte[]... parts) {
        KeccakDigest digest = new KeccakDigest(256);
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] out = new byte[SIZE];
        digest.doFinal(out, 0);
        return out;
    }

    /// HKDF-Extract: a 32-byte key from keying material; an empty salt stands for 32 zeros.
    public static byte[] hkdfExtract(byte[] salt, byte[] keyingMaterial) {
        return hmac(salt.length == 0 ? new byte[SIZE] : salt, keyingMaterial);
    }

    /// HKDF-Expand: `length` bytes (at most 8,160) from a key, different for every `info`.
    public static byte[] hkdfExpand(byte[] key, byte[] info, int length) {
        if (length < 0 || length > MAX_EXPAND) {
            throw new IllegalArgumentException("HKDF gives 0 to 8160 bytes, not " + length);
        }
        byte[] out = new byte[length];
        byte[] block = {};
        for (int at = 0, counter = 1; at < length; at += SIZE, counter++) {
            block = hmac(key, block, info, new byte[] {(byte) counter});
            System.arraycopy(block, 0, out, at, Math.min(SIZE, length - at));
        }
        Arrays.fill(block, (byte) 0);
        return out;
    }

    /// The bytes of a label of ours, which are plain ASCII.
    public static byte[] ascii(String label) {
        return label.getBytes(StandardCharsets.US_ASCII);
    }

    /// All parts in one array.
    public static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] out = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, out, at, part.length);
            at += part.length;
        }
        return out;
    }

    private static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC-SHA256", e);
        }
    }
}
