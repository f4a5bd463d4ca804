package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.KeyId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStoreTest {
    private static final byte[] KNOWN = new byte[32];

    static {
        for (int i = 0; i < KNOWN.length; i++) {
            KNOWN[i] = (byte) (0xC0 + i);
        }
    }

    @TempDir Path directory;

    @Test
    void secretsComeBackAndAreNowhereInTheFiles() throws IOException {
        KeyId handle = new KeyId(number(1));
        try (Store store = StoreFixture.open(directory)) {
            assertTrue(store.keys().put(handle, Secret32.of(KNOWN)));
            assertEquals(Secret32.of(KNOWN), store.keys().secret(handle));
            assertFalse(anyFileContains(KNOWN));
        }
        try (Store store = StoreFixture.open(directory)) {
            assertEquals(Secret32.of(KNOWN), store.keys().secret(handle));
        }
        assertFalse(anyFileContains(KNOWN));
    }

    @Test
    void everySecretIsAnother() {
        try (Store store = StoreFixture.open(directory)) {
            KeyId first = store.keys().create();
            KeyId second = store.keys().create();
            assertNotEquals(first, second);
            assertNotEquals(store.keys().secret(first), store.keys().secret(second));
        }
    }

    @Test
    void aSecretIsFreshThenShownThenBurned() {
        try (Store store = StoreFixture.open(directory)) {
            KeyStore keys = store.keys();
            KeyId handle = keys.create();
            assertEquals(Optional.of(KeyStore.Status.FRESH), keys.status(handle));
            keys.shown(handle);
            assertEquals(Optional.of(KeyStore.Status.SHOWN), keys.status(handle));
            keys.burn(handle);
            keys.burn(handle);
            keys.shown(handle);
            assertEquals(Optional.of(KeyStore.Status.BURNED), keys.status(handle));
            assertThrows(IllegalStateException.class, () -> keys.secret(handle));
        }
    }

    @Test
    void aBurnedSecretIsInNoFileEvenWhileTheStoreIsOpen() throws Exception {
        try (Store store = StoreFixture.open(directory)) {
            KeyId handle = store.keys().create();
            byte[] row = row(handle);
            assertTrue(anyFileContains(row), "it is looked for in the right way");
            // As the node does it: inside of another transaction.
            store.transact(() -> store.keys().burn(handle));
            assertFalse(anyFileContains(row));
        }
    }

    /// The encrypted secret.
    private byte[] row(KeyId handle) throws Exception {
        try (var sql =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + directory.resolve("journal.db"));
                var query = sql.prepareStatement("SELECT ciphertext FROM secrets WHERE handle=?")) {
            query.setBytes(1, handle.value().toByteArray());
            return query.executeQuery().getBytes(1);
        }
    }

    @Test
    void aSecretUnderAHandleIsNotReplacedButABurnedOneMayComeAgain() {
        try (Store store = StoreFixture.open(directory)) {
            KeyStore keys = store.keys();
            KeyId handle = new KeyId(number(1));
            assertTrue(keys.put(handle, Secret32.of(KNOWN)));
            assertFalse(keys.put(handle, Secret32.random(new SecureRandom())));
            assertEquals(Secret32.of(KNOWN), keys.secret(handle));
            keys.burn(handle);
            assertTrue(keys.put(handle, Secret32.of(KNOWN)));
            assertEquals(Secret32.of(KNOWN), keys.secret(handle));
            keys.forget(handle);
            assertEquals(Optional.empty(), keys.status(handle));
        }
    }

    @Test
    void anUnknownHandleIsAProgrammingError() {
        try (Store store = StoreFixture.open(directory)) {
            assertThrows(
                    IllegalStateException.class, () -> store.keys().secret(new KeyId(number(1))));
            assertEquals(Optional.empty(), store.keys().status(new KeyId(number(1))));
        }
    }

    @Test
    void rowsCannotBeSwappedAndAnotherMasterKeyOpensNothing() {
        SecureRandom random = new SecureRandom();
        Vault vault = new Vault(Secret32.random(random), random);
        byte[] one = number(1).toByteArray();
        byte[] locked = vault.lock(one, Secret32.of(KNOWN));
        assertEquals(Secret32.of(KNOWN), vault.unlock(one, locked));
        assertThrows(StoreException.class, () -> vault.unlock(number(2).toByteArray(), locked));
        Vault other = new Vault(Secret32.random(random), random);
        assertThrows(StoreException.class, () -> other.unlock(one, locked));
        assertThrows(StoreException.class, () -> vault.unlock(one, new byte[5]));
        locked[20] ^= 1;
        assertThrows(StoreException.class, () -> vault.unlock(one, locked));
    }

    private boolean anyFileContains(byte[] secret) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (contains(Files.readAllBytes(file), secret)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean contains(byte[] content, byte[] wanted) {
        for (int at = 0; at + wanted.length <= content.length; at++) {
            if (java.util.Arrays.equals(
                    content, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
