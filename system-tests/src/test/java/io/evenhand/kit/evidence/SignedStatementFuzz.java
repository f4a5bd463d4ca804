package io.evenhand.kit.evidence;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.Signable;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.fuzz.Samples;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Nothing verifies that the signer did not sign.
class SignedStatementFuzz extends FuzzTarget {
    private static final Ed25519Identity SIGNER =
            new Ed25519Identity(Secret32.of(new byte[Secret32.SIZE]));

    private static SignedStatement signed(Terms terms) {
        byte[] message = Signable.bytes(terms.type(), Signable.body(terms));
        return SignedStatement.of(terms, new Signer.Party(SIGNER.party()), SIGNER.sign(message));
    }

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Samples.of(Terms.class)
                .map(SignedStatementFuzz::signed)
                .map(SignedStatement::encode);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Optional<SignedStatement> read = read(() -> SignedStatement.decode(input));
        if (read.isPresent()) {
            same(input, read.get().encode());
            boolean genuine = seeds().anyMatch(seed -> Arrays.equals(seed, input));
            require(read.get().verifies() == genuine, "verifies, but nobody signed it");
            read(() -> read.get().statement(Terms.class));
        }
    }
}
