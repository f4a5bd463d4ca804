package io.evenhand.protocols.delegation.evidence;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.fuzz.Samples;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Evidence of a stranger: a verdict, or a refusal.
class EvidenceFuzz extends FuzzTarget {
    private static final RealCrypto CRYPTO =
            new RealCrypto(
                    new Ed25519Identity(Secret32.of(new byte[Secret32.SIZE])),
                    handle -> {
                        throw new IllegalStateException(handle + ": no secrets here");
                    });

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Samples.encoded(Evidence.class);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        record(Evidence.class, input)
                .ifPresent(evidence -> {
                    try {
                        read(() -> Verdict.of(CRYPTO, evidence))
                                .ifPresent(verdict ->
                                        verdict.findings()
                                                .forEach(claim -> checkLine(claim.sentence())));
                    } catch (Exception e) {
                        throw new AssertionError("a verdict that fails", e);
                    }
                });
    }
}
