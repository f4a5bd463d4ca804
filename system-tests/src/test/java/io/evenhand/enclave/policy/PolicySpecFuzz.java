package io.evenhand.enclave.policy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class PolicySpecFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts(
                new Accuracy(9500).canonical(),
                new Size(1, 1L << 40).canonical(),
                "accuracy/1 atLeast=1",
                "size/1 atLeast=2 atMost=1");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        String text = text(input);
        read(() -> PolicySpec.parse(text))
                .ifPresent(spec ->
                        require(
                                spec.canonical().equals(text),
                                "another text: " + spec.canonical()));
    }
}
