package io.evenhand.kit.sign;

import io.evenhand.kit.machine.RoundKeys;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The keys of rounds with real secrets. Safe for several threads.
public final class RealRoundKeys implements RoundKeys {
    private static final byte[] CHAIN = Hashes.ascii("fx/chain");
    private static final byte[] STATE = Hashes.ascii("fx/meter/state");
    private static final byte[] STATEMENT = Hashes.ascii("fx/meter/statement");
    private static final byte[] NO_SALT = {};
    private static final int TAG_BITS = 128;

    /// K is used once, so one nonce does (F10).
    private static final byte[] NONCE = new byte[12];

    private final Secrets secrets;
    private final ConcurrentHashMap<KeyId, Derived> derived = new ConcurrentHashMap<>();

    public RealRoundKeys(Secrets secrets) {
        this.secrets = secrets;
    }

    /// What one psk gives, which thousands of rounds use.
    ///
    /// @param psk HMAC's key for HKDF-Extract is k, so the psk itself is needed for every round
    private record Derived(Secret32 psk, SecretKeySpec state, SecretKeySpec statement) {}

    @Override
    public Bytes32 stateId(KeyId psk, int round, Octets state) {
        Mac mac = mac(of(psk).state());
        mac.update(ByteBuffer.allocate(Long.BYTES).putLong(round).array());
        return Bytes32.of(mac.doFinal(state.toByteArray()));
    }

    @Override
    public Bytes32 mac(KeyId psk, Statement statement) {
        return Bytes32.of(mac(of(psk).statement()).doFinal(Signable.bytes(statement)));
    }

    @Override
    public Bytes32 lockOf(Bytes32 k) {
        return Bytes32.of(Hashes.sha256(k.toByteArray()));
    }

    @Override
    public Bytes32 keyBefore(Bytes32 k) {
        return Bytes32.of(Hashes.sha256(CHAIN, k.toByteArray()));
    }

    @Override
    public Bytes32 digest(Octets bytes) {
        return Bytes32.of(Hashes.sha256(bytes.toByteArray()));
    }

    @Override
    public Octets seal(KeyId psk, Bytes32 k, Bytes32 info, Octets plain) {
        try {
            return new Octets(
                    cipher(Cipher.ENCRYPT_MODE, psk, k, info).doFinal(plain.toByteArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed to encrypt", e);
        }
    }

    @Override
    public Optional<Octets> open(KeyId psk, Bytes32 k, Bytes32 info, Octets sealed) {
        if (sealed.length() < TAG_BITS / 8) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Octets(
                            cipher(Cipher.DECRYPT_MODE, psk, k, info)
                                    .doFinal(sealed.toByteArray())));
        } catch (AEADBadTagException _) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed to decrypt", e);
        }
    }

    /// Forgets what a psk gave, when its session is over.
    public void forget(KeyId psk) {
        derived.remove(psk);
    }

    private Cipher cipher(int mode, KeyId psk, Bytes32 k, Bytes32 info)
            throws GeneralSecurityException {
        byte[] secret = of(psk).psk().expose();
        byte[] extracted = Hashes.hkdfExtract(k.toByteArray(), secret);
        byte[] key = Hashes.hkdfExpand(extracted, info.toByteArray(), 32);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, NONCE));
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(extracted, (byte) 0);
        Arrays.fill(key, (byte) 0);
        return cipher;
    }

    private Derived of(KeyId psk) {
        return derived.computeIfAbsent(
                psk,
                id -> {
                    Secret32 secret = secrets.secret(id);
                    return new Derived(secret, key(secret, STATE), key(secret, STATEMENT));
                });
    }

    private static SecretKeySpec key(Secret32 psk, byte[] label) {
        byte[] secret = psk.expose();
        byte[] extracted = Hashes.hkdfExtract(NO_SALT, secret);
        byte[] key = Hashes.hkdfExpand(extracted, label, 32);
        SecretKeySpec spec = new SecretKeySpec(key, "HmacSHA256");
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(extracted, (byte) 0);
        Arrays.fill(key, (byte) 0);
        return spec;
    }

    private static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC-SHA256", e);
        }
    }
}
