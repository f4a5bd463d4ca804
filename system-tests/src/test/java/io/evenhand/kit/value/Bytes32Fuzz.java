package io.evenhand.kit.value;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class Bytes32Fuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts("0x" + "ab".repeat(32), "CD".repeat(32), "00");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        String text = text(input);
        read(() -> Bytes32.parse(text))
                .ifPresent(hash ->
                        require(
                                hash.toString().equalsIgnoreCase(text.replaceFirst("^0[xX]", "")),
                                "other digits"));
    }
}
