package io.evenhand.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.sign.Secret32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeKeysTest {
    private final SecureRandom random = new SecureRandom();
    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = DataDirectory.identityFile(directory);
    }

    @Test
    void keysComeBackFromAFileThatOnlyItsOwnerReads() throws IOException {
        NodeKeys made = NodeKeys.create(file, Optional.empty(), random);
        assertEquals(
                PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
        NodeKeys read = NodeKeys.load(file, Optional.empty());
        assertEquals(made.identity().party(), read.identity().party());
        assertEquals(made.wallet(), read.wallet());
        assertEquals(made.master(), read.master());
        assertNotEquals(made.wallet(), made.master());
        assertFalse(NodeKeys.isLocked(file));
        assertEquals("keys of " + made.identity().party(), made.toString());
    }

    @Test
    void aPassphraseIsNeededAndMustBeRight() throws IOException {
        NodeKeys made = NodeKeys.create(file, Optional.of("früh ☕".toCharArray()), random);
        assertTrue(NodeKeys.isLocked(file));
        NodeKeys read = NodeKeys.load(file, Optional.of("früh ☕".toCharArray()));
        assertEquals(made.master(), read.master());
        refused("wrong passphrase", Optional.of("frueh".toCharArray()));
        refused("is encrypted", Optional.empty());
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] ^= 1;
        Files.write(file, content);
        refused("wrong passphrase, or the file is damaged", Optional.of("früh ☕".toCharArray()));
    }

    @Test
    void aPassphraseCanBeAddedLater() {
        NodeKeys made = NodeKeys.create(file, Optional.empty(), random);
        made.rewrite(file, Optional.of("x".toCharArray()), random);
        assertTrue(NodeKeys.isLocked(file));
        assertEquals(made.master(), NodeKeys.load(file, Optional.of("x".toCharArray())).master());
    }

    @Test
    void aWalletKeyCanBeBrought() {
        Secret32 wallet = Secret32.random(random);
        NodeKeys.create(file, wallet, Optional.empty(), random);
        assertEquals(wallet, NodeKeys.load(file, Optional.empty()).wallet());
    }

    @Test
    void anExistingFileIsNeverOverwritten() throws IOException {
        NodeKeys.create(file, Optional.empty(), random);
        byte[] before = Files.readAllBytes(file);
        assertThrows(StoreException.class, () -> NodeKeys.create(file, Optional.empty(), random));
        assertEquals(-1, java.util.Arrays.mismatch(before, Files.readAllBytes(file)));
    }

    @Test
    void aFileThatOthersReadIsRefused() throws IOException {
        NodeKeys.create(file, Optional.empty(), random);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        refused("chmod 600", Optional.empty());
    }

    @Test
    void whatIsNoIdentityFileIsRefused() throws IOException {
        refused("run evenhand init", Optional.empty());
        for (byte[] content : new byte[][] {{}, {0x42}, new byte[100], new byte[2000]}) {
            Files.deleteIfExists(file);
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(file, content);
            refused("put the right one back", Optional.empty());
        }
    }

    private void refused(String words, Optional<char[]> passphrase) {
        StoreException e =
                assertThrows(StoreException.class, () -> NodeKeys.load(file, passphrase));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(words), message);
        assertEquals(1, message.lines().count());
    }
}
