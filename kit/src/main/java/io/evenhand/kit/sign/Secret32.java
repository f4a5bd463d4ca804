package io.evenhand.kit.sign;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/// 32 secret bytes: a seed, a scalar, a pre-shared secret. Prints as `***`.
///
/// The bytes leave only through {@link #expose()}, so that every place which gives them up can be
/// found by that name.
public final class Secret32 {
    public static final int SIZE = 32;

    private final byte[] bytes;
    private volatile boolean erased;

    private Secret32(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Takes a copy; the caller clears its own array.
    public static Secret32 of(byte[] bytes) {
        if (bytes.length != SIZE) {
            throw new IllegalArgumentException("a secret has 32 bytes, got " + bytes.length);
        }
        return new Secret32(bytes.clone());
    }

    public static Secret32 random(SecureRandom random) {
        byte[] bytes = new byte[SIZE];
        random.nextBytes(bytes);
        return new Secret32(bytes);
    }

    /// Gives the secret up: a copy, which the caller clears.
    public byte[] expose() {
        checkLive();
        return bytes.clone();
    }

    /// Overwrites the secret; whoever uses it afterwards gets an exception.
    public void erase() {
        erased = true;
        Arrays.fill(bytes, (byte) 0);
    }

    /// Compares in constant time.
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Secret32 secret)) {
            return false;
        }
        checkLive();
        secret.checkLive();
        return MessageDigest.isEqual(bytes, secret.bytes);
    }

    /// The same for all secrets: a hash would give bits away.
    @Override
    public int hashCode() {
        return SIZE;
    }

    @Override
    public String toString() {
        return "***";
    }

    private void checkLive() {
        if (erased) {
            throw new IllegalStateException("this secret was erased");
        }
    }
}
