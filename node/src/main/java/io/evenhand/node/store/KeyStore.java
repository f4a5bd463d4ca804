package io.evenhand.node.store;

import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.Secrets;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import java.security.SecureRandom;
import java.util.Optional;

/// The node's secrets, each under a handle and encrypted with the master key (AES-256-GCM, the
/// handle as associated data, so that no two rows can be swapped).
///
/// A secret is `fresh`, then `shown` once it may have left the process, then `burned`: its bytes
/// are erased. Our own handles are random and never given out twice.
public final class KeyStore implements Secrets {
    private final Journal journal;
    private final Vault vault;
    private final SecureRandom random;

    KeyStore(Journal journal, Vault vault, SecureRandom random) {
        this.journal = journal;
        this.vault = vault;
        this.random = random;
    }

    /// What may have happened to a secret.
    public enum Status {
        FRESH,
        SHOWN,
        BURNED
    }

    /// Makes a new secret under a new handle. All 2^256 values are possible; one that is no
    /// secp256k1 scalar comes up once in 2^128 and is refused where it is used.
    public KeyId create() {
        KeyId handle = new KeyId(Bytes32.of(randomBytes()));
        Secret32 secret = Secret32.random(random);
        try {
            boolean _ = put(handle, secret);
        } finally {
            secret.erase();
        }
        return handle;
    }

    /// A secret that follows from the master key, so that a journal that was put back from an old
    /// backup can make it again (decision 12).
    ///
    /// @param handle follows from the secret and tells nothing about it
    public record Derived(KeyId handle, Secret32 secret) {}

    /// Nothing is kept until it is {@link #put}.
    ///
    /// @param use what it is for, such as `evenhand/work-key/1`
    /// @param about what makes it different from all others of this use
    public Derived derive(String use, byte[] about) {
        Secret32 handle = vault.derive(use + "/handle", about);
        return new Derived(new KeyId(Bytes32.of(handle.expose())), vault.derive(use, about));
    }

    /// Keeps a secret under a handle that follows from the secret itself, such as one that a peer
    /// sent; true if it was not here before. A burned one comes back if the peer sends it again: it
    /// is the peer's secret.
    public boolean put(KeyId handle, Secret32 secret) {
        byte[] ciphertext = vault.lock(handle.value().toByteArray(), secret);
        return journal.transactSoon(sql ->
                sql.update(
                                "INSERT INTO secrets (handle, ciphertext, status) VALUES"
                                        + " (?, ?, 'FRESH') ON CONFLICT DO UPDATE SET"
                                        + " ciphertext = excluded.ciphertext, status ="
                                        + " 'FRESH' WHERE status = 'BURNED'",
                                handle.value(),
                                ciphertext)
                        == 1);
    }

    /// Takes back a secret that turned out to be of no use.
    public void forget(KeyId handle) {
        journal.transactSoon(
                sql -> sql.update("DELETE FROM secrets WHERE handle = ?", handle.value()));
    }

    @Override
    public Secret32 secret(KeyId handle) {
        byte[] ciphertext =
                journal.read(sql ->
                        sql.one(
                                        "SELECT ciphertext FROM secrets WHERE handle = ?"
                                                + " AND status <> 'BURNED'",
                                        row -> row.getBytes("ciphertext"),
                                        handle.value())
                                .orElseThrow(() ->
                                        new IllegalStateException(handle + ": no such secret")));
        return vault.unlock(handle.value().toByteArray(), ciphertext);
    }

    public Optional<Status> status(KeyId handle) {
        return journal.read(sql ->
                sql.one(
                        "SELECT status FROM secrets WHERE handle = ?",
                        row -> Status.valueOf(row.getString("status")),
                        handle.value()));
    }

    /// Must return before the first byte of the secret leaves the process (D-I12).
    public void shown(KeyId handle) {
        journal.transactSoon(sql ->
                sql.update(
                        "UPDATE secrets SET status = 'SHOWN' WHERE handle = ? AND status ="
                                + " 'FRESH'",
                        handle.value()));
    }

    /// Erases a secret; doing it again does nothing.
    public void burn(KeyId handle) {
        journal.transactSoon(sql -> {
            journal.erased();
            return sql.update(
                    "UPDATE secrets SET status = 'BURNED', ciphertext = x'' WHERE handle = ?",
                    handle.value());
        });
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[Secret32.SIZE];
        random.nextBytes(bytes);
        return bytes;
    }
}
