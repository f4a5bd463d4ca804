package io.evenhand.kit.sign;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Points, and one signature: no other form of it verifies (high s, zero, other keys).
class Secp256k1Fuzz extends FuzzTarget {
    private static final byte[] HASH = Hashes.sha256(Hashes.ascii("signed"));
    private static final Secret32 KEY = Secret32.of(HASH);
    private static final PublicKey PUBLIC = Secp256k1.publicKey(KEY);
    private static final byte[] GENUINE = Secp256k1.sign(HASH, KEY).toByteArray();

    private static boolean readable(PublicKey key) {
        try {
            return Secp256k1.uncompressed(key).length == 65;
        } catch (MalformedException e) {
            return false;
        }
    }

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(Hashes.concat(PUBLIC.toByteArray(), GENUINE));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        byte[] input65 = Arrays.copyOf(input, 65);
        read(() -> Secp256k1.parseUncompressed(input65))
                .ifPresent(key -> same(input65, Secp256k1.uncompressed(key)));
        if (input.length != 97) {
            return;
        }
        Signature signature = Signature.of(Arrays.copyOfRange(input, 33, 97));
        read(() -> PublicKey.of(Arrays.copyOf(input, 33)))
                .ifPresent(key -> {
                    boolean genuine =
                            Arrays.equals(input, Hashes.concat(PUBLIC.toByteArray(), GENUINE));
                    require(
                            Secp256k1.verify(key, HASH, signature) == genuine,
                            "nobody signed this");
                    require(
                            Secp256k1.onCurve(key) == readable(key),
                            "on the curve, but not readable");
                });
    }
}
