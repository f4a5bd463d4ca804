package io.evenhand.kit.seal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.fuzz.Samples;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class SealHeaderFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Samples.encoded(SealHeader.class);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Optional<SealHeader> read = read(() -> SealHeader.decode(input));
        read.ifPresent(header -> {
            same(input, header.encode());
            require(header.chunks() >= 1, "a seal without a chunk");
            require(
                    header.ciphertextLength()
                            == header.chunkOffset(header.chunks() - 1)
                                    + header.chunkLength(header.chunks() - 1),
                    "the chunks do not make the ciphertext");
        });
    }
}
