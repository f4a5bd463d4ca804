package io.evenhand.kit.sign;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import java.util.Arrays;

/// Public names of things that are secret or long: a hash each, with a domain of its own.
public final class SecretNames {
    private SecretNames() {}

    /// SHA-256("fx/psk-id" ‖ 0 ‖ psk), as the Terms carry it (decisions 4).
    public static Bytes32 pskId(Secret32 psk) {
        return name("fx/psk-id", psk);
    }

    /// SHA-256("fx/seed-id" ‖ 0 ‖ seed).
    public static Bytes32 seedHash(Secret32 seed) {
        return name("fx/seed-id", seed);
    }

    /// SHA-256 of the compressed key.
    public static Bytes32 fingerprint(PublicKey key) {
        return Bytes32.of(Hashes.sha256(key.toByteArray()));
    }

    private static Bytes32 name(String domain, Secret32 secret) {
        byte[] exposed = secret.expose();
        byte[] hash = Hashes.sha256(domain, exposed);
        Arrays.fill(exposed, (byte) 0);
        return Bytes32.of(hash);
    }
}
