package io.evenhand.kit.evidence;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class BundleFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(
                Bundle.of(Map.of()).toByteArray(),
                Bundle.of(Map.of("a", new byte[3], "b/c.cbor", new byte[40])).toByteArray());
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        read(() -> Bundle.decode(input)).ifPresent(bundle -> same(input, bundle.toByteArray()));
    }
}
