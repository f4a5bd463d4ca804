package io.evenhand.node.store;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.system.fuzz.FuzzFiles;
import io.evenhand.system.fuzz.FuzzTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A key file: what is damaged is refused and never repeated.
class NodeKeysFuzz extends FuzzTarget {
    private static final FuzzFiles FILES = new FuzzFiles();

    private static final Secret32 WALLET =
            Secret32.of(HexFormat.of().parseHex("5e".repeat(Secret32.SIZE)));

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        Path file = FILES.path("plain");
        Files.deleteIfExists(file);
        NodeKeys keys = NodeKeys.create(file, WALLET, Optional.empty(), new SecureRandom());
        keys.rewrite(FILES.path("locked"), Optional.of(new char[] {'p'}), new SecureRandom());
        return Stream.of(Files.readAllBytes(file), Files.readAllBytes(FILES.path("locked")));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Path file = FILES.path("identity.key");
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, input);
        read(StoreException.class, () -> NodeKeys.isLocked(file));
        // Without a passphrase: with one, each wrong file costs half a second of scrypt.
        read(StoreException.class, () -> NodeKeys.load(file, Optional.empty()))
                .ifPresent(keys -> require(!keys.toString().contains("5e5e5e5e"), "a secret"));
    }
}
