package io.evenhand.kit.seal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Xid;
import io.evenhand.system.fuzz.FuzzFiles;
import io.evenhand.system.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/// S1, S6: whatever stands where the ciphertext should, only the genuine work comes out.
class OpenerFuzz extends FuzzTarget {
    private static final byte[] WORK = "what was asked for".getBytes(StandardCharsets.US_ASCII);
    private static final Secret32 SECRET = secret();
    private static final FuzzFiles FILES = new FuzzFiles();
    private static final Path CIPHERTEXT = FILES.path("sealed");
    private static final Path OUT = FILES.path("out");

    private @Nullable Sealed sealed;

    private static Secret32 secret() {
        byte[] bytes = new byte[Secret32.SIZE];
        bytes[0] = 1;
        return Secret32.of(bytes);
    }

    private static Sealed seal() throws IOException {
        Files.deleteIfExists(CIPHERTEXT);
        Files.deleteIfExists(FILES.path("leaves"));
        return Sealer.seal(
                FILES.with("work", WORK),
                new SealTarget(
                        Suite.SECP256K1, new Xid(Bytes32.ZERO), 1, Secp256k1.publicKey(SECRET)),
                SECRET,
                Optional.of(SECRET),
                CIPHERTEXT,
                FILES.path("leaves"));
    }

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        sealed = seal();
        return Stream.of(Files.readAllBytes(CIPHERTEXT));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Sealed genuine = sealed == null ? seal() : sealed;
        Path in = FILES.with("in", input);
        Files.deleteIfExists(OUT);
        boolean opened =
                read(
                                () -> {
                                    Opener.open(
                                            genuine.header(), in, SECRET, Optional.of(SECRET), OUT);
                                    return true;
                                })
                        .orElse(false);
        require(opened == Files.exists(OUT), "a plaintext of a seal that does not open");
        if (opened) {
            same(WORK, Files.readAllBytes(OUT));
            require(Arrays.equals(input, Files.readAllBytes(CIPHERTEXT)), "other bytes open");
        }
    }
}
