package io.evenhand.kit.sign;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Key, signature and message in a row: only the genuine three verify.
class Ed25519Fuzz extends FuzzTarget {
    private static final byte[] GENUINE = genuine();

    private static byte[] genuine() {
        Ed25519Identity signer = new Ed25519Identity(Secret32.of(new byte[Secret32.SIZE]));
        byte[] message = Hashes.ascii("signed");
        return Hashes.concat(
                signer.party().value().toByteArray(), signer.sign(message).toByteArray(), message);
    }

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(GENUINE);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        if (input.length < 96) {
            return;
        }
        PartyId signer = new PartyId(Bytes32.of(Arrays.copyOf(input, 32)));
        Signature signature = Signature.of(Arrays.copyOfRange(input, 32, 96));
        byte[] message = Arrays.copyOfRange(input, 96, input.length);
        boolean verifies = Ed25519.verify(signer, message, signature);
        require(verifies == Arrays.equals(input, GENUINE), "nobody signed this");
        require(!verifies || Ed25519.validKey(signer), "an invalid key signed");
    }
}
