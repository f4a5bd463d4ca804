package io.evenhand.node.store;

import io.evenhand.kit.codec.CborReader;
import io.evenhand.kit.codec.CborWriter;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import org.bouncycastle.crypto.generators.SCrypt;

/// The three long-lived secrets of a node, in `identity.key` (mode 0600): the identity's seed, the
/// wallet key, and the master key of the {@link KeyStore}.
///
/// The file is a CBOR array, either plain or encrypted under a passphrase (scrypt, AES-256-GCM).
/// Prints as the public identity only.
public final class NodeKeys {
    private static final String PLAIN = "evenhand/identity/1";
    private static final String LOCKED = "evenhand/identity-locked/1";

    /// scrypt: 128 MiB and about half a second, paid once at each start (RFC 7914's N, r, p).
    private static final int SCRYPT_N = 1 << 17;

    private static final int SCRYPT_R = 8;
    private static final int SCRYPT_P = 1;
    private static final int SALT_BYTES = 16;

    /// An identity file is below 300 bytes; more is something else.
    private static final int MAX_FILE_BYTES = 1024;

    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);

    private final Secret32 seed;
    private final Secret32 wallet;
    private final Secret32 master;
    private final Ed25519Identity identity;

    private NodeKeys(Secret32 seed, Secret32 wallet, Secret32 master) {
        this.seed = seed;
        this.wallet = wallet;
        this.master = master;
        this.identity = new Ed25519Identity(seed);
    }

    /// Makes new keys and writes them; an existing file is never overwritten.
    ///
    /// @param passphrase encrypts the file; the caller clears the array
    public static NodeKeys create(Path file, Optional<char[]> passphrase, SecureRandom random) {
        return create(file, Secret32.random(random), passphrase, random);
    }

    /// Makes new keys around a wallet key that the user already has.
    public static NodeKeys create(
            Path file, Secret32 wallet, Optional<char[]> passphrase, SecureRandom random) {
        if (Files.exists(file)) {
            throw new StoreException(
                    file
                            + ": already exists; it is the key to your money, keep it or move it away");
        }
        NodeKeys keys = new NodeKeys(Secret32.random(random), wallet, Secret32.random(random));
        keys.write(file, passphrase, random);
        return keys;
    }

    /// Reads the file. A passphrase given for a plain file is not needed and not used.
    public static NodeKeys load(Path file, Optional<char[]> passphrase) {
        byte[] content = read(file);
        try {
            CborReader in = new CborReader(content);
            in.array(8);
            return switch (in.text(64)) {
                case PLAIN -> keys(in);
                case LOCKED -> locked(file, in, passphrase);
                default -> throw new MalformedException("unknown kind");
            };
        } catch (MalformedException e) {
            throw new StoreException(
                    file + ": is no identity file of this version; put the right one back", e);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /// Whether reading the file needs a passphrase.
    public static boolean isLocked(Path file) {
        byte[] content = read(file);
        try {
            CborReader in = new CborReader(content);
            in.array(8);
            return in.text(64).equals(LOCKED);
        } catch (MalformedException e) {
            return false;
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /// Writes the same keys again, under another passphrase or none.
    public void rewrite(Path file, Optional<char[]> passphrase, SecureRandom random) {
        write(file, passphrase, random);
    }

    public Ed25519Identity identity() {
        return identity;
    }

    /// Signs transactions and nothing else.
    public Secret32 wallet() {
        return wallet;
    }

    /// Encrypts the {@link KeyStore}.
    Secret32 master() {
        return master;
    }

    @Override
    public String toString() {
        return "keys of " + identity.party();
    }

    private static NodeKeys keys(CborReader in) {
        Secret32[] secrets = new Secret32[3];
        for (int i = 0; i < secrets.length; i++) {
            byte[] bytes = in.bytes(Secret32.SIZE);
            if (bytes.length != Secret32.SIZE) {
                throw new MalformedException("a key of " + bytes.length + " bytes");
            }
            secrets[i] = Secret32.of(bytes);
            Arrays.fill(bytes, (byte) 0);
        }
        in.end();
        return new NodeKeys(secrets[0], secrets[1], secrets[2]);
    }

    private static NodeKeys locked(Path file, CborReader in, Optional<char[]> passphrase) {
        byte[] salt = in.bytes(SALT_BYTES);
        byte[] ciphertext = in.bytes(MAX_FILE_BYTES);
        in.end();
        if (passphrase.isEmpty()) {
            throw new StoreException(
                    file + ": is encrypted; pass --passphrase-fd, or run it on a terminal");
        }
        Secret32 key = stretch(passphrase.get(), salt);
        byte[] plain = new byte[0];
        try {
            plain = new Vault(key, new SecureRandom()).open(ascii(LOCKED), ciphertext);
            CborReader inner = new CborReader(plain);
            inner.array(4);
            inner.text(64);
            return keys(inner);
        } catch (AEADBadTagException e) {
            throw new StoreException(file + ": wrong passphrase, or the file is damaged", e);
        } finally {
            key.erase();
            Arrays.fill(plain, (byte) 0);
        }
    }

    private void write(Path file, Optional<char[]> passphrase, SecureRandom random) {
        CborWriter out = new CborWriter().array(4).text(PLAIN);
        for (Secret32 secret : new Secret32[] {seed, wallet, master}) {
            byte[] exposed = secret.expose();
            out.bytes(exposed);
            Arrays.fill(exposed, (byte) 0);
        }
        byte[] plain = out.toByteArray();
        byte[] content = passphrase.isPresent() ? lock(plain, passphrase.get(), random) : plain;
        try {
            replace(file, content);
        } catch (IOException e) {
            throw StoreException.of(file, e);
        } finally {
            Arrays.fill(plain, (byte) 0);
            Arrays.fill(content, (byte) 0);
        }
    }

    private static byte[] lock(byte[] plain, char[] passphrase, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Secret32 key = stretch(passphrase, salt);
        byte[] ciphertext = new Vault(key, random).lock(ascii(LOCKED), plain);
        key.erase();
        return new CborWriter().array(3).text(LOCKED).bytes(salt).bytes(ciphertext).toByteArray();
    }

    private static Secret32 stretch(char[] passphrase, byte[] salt) {
        // An own buffer, so that no copy stays behind; UTF-8 takes at most 3 bytes for a char.
        ByteBuffer utf8 = ByteBuffer.allocate(3 * passphrase.length);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(passphrase), utf8, true);
        utf8.flip();
        byte[] password = new byte[utf8.remaining()];
        utf8.get(password);
        byte[] key = SCrypt.generate(password, salt, SCRYPT_N, SCRYPT_R, SCRYPT_P, Secret32.SIZE);
        Secret32 secret = Secret32.of(key);
        Arrays.fill(key, (byte) 0);
        Arrays.fill(password, (byte) 0);
        Arrays.fill(utf8.array(), (byte) 0);
        return secret;
    }

    /// Writes beside, flushes, renames, flushes the directory: there is never half a file.
    private static void replace(Path file, byte[] content) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try (FileChannel channel =
                FileChannel.open(
                        beside,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static byte[] read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new StoreException(
                    DataDirectory.missing(file, "there is no identity yet; run evenhand init"));
        }
        try {
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
            if (!Collections.disjoint(rights, OTHERS)) {
                throw new StoreException(file + ": is open to other users; run chmod 600 " + file);
            }
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new StoreException(
                        file + ": is too long for an identity file; put the right one back");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw StoreException.of(file, e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
