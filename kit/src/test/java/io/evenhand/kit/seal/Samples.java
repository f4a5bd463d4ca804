package io.evenhand.kit.seal;

import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Xid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/// A sealed work with everything that made it, from one seed.
final class Samples {
    final Path directory;
    final byte[] work;
    final Path workFile;
    final Secret32 scalar;
    final PublicKey opener;
    final Secret32 seed;
    final Optional<Secret32> psk;
    final SealTarget target;
    final Path ciphertext;
    final Path leaves;
    final Sealed sealed;

    Samples(Path directory, long randomSeed, int length) {
        this(directory, randomSeed, length, true);
    }

    Samples(Path directory, long randomSeed, int length, boolean withPsk) {
        Random random = new Random(randomSeed);
        this.directory = directory;
        this.work = new byte[length];
        random.nextBytes(work);
        this.scalar = Dhkem.deriveKey(bytes(random));
        this.opener = Secp256k1.publicKey(scalar);
        this.seed = Secret32.of(bytes(random));
        this.psk = withPsk ? Optional.of(Secret32.of(bytes(random))) : Optional.empty();
        this.target =
                new SealTarget(Suite.SECP256K1, new Xid(Bytes32.of(bytes(random))), 1, opener);
        this.workFile = directory.resolve("work-" + randomSeed + "-" + length);
        this.ciphertext = directory.resolve("sealed-" + randomSeed + "-" + length);
        this.leaves = directory.resolve("leaves-" + randomSeed + "-" + length);
        try {
            Files.write(workFile, work);
            this.sealed = Sealer.seal(workFile, target, seed, psk, ciphertext, leaves);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SealHeader header() {
        return sealed.header();
    }

    byte[] sealedBytes() throws IOException {
        return Files.readAllBytes(ciphertext);
    }

    byte[] leafBytes() throws IOException {
        return Files.readAllBytes(leaves);
    }

    /// Opens other bytes under another header with the right keys.
    byte[] open(SealHeader header, byte[] bytes) throws IOException {
        Path in = directory.resolve("changed");
        Path out = directory.resolve("opened");
        Files.deleteIfExists(out);
        Files.write(in, bytes);
        Opener.open(header, in, scalar, psk, out);
        return Files.readAllBytes(out);
    }

    byte[] open() throws IOException {
        return open(header(), sealedBytes());
    }

    static byte[] bytes(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return bytes;
    }
}
