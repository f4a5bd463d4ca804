package io.evenhand.kit.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.fuzz.Samples;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Canonical CBOR of every kind of component that a record may have.
class RecordsFuzz extends FuzzTarget {
    enum Colour {
        RED,
        GREEN
    }

    sealed interface Shape {
        @Kind("Dot")
        record Dot() implements Shape {}

        @Kind("Line")
        record Line(long from, long to) implements Shape {}
    }

    record Everything(
            long number,
            int small,
            boolean bit,
            String text,
            @Limit(8) Octets bytes,
            Bytes32 hash,
            Address address,
            PublicKey key,
            Signature signature,
            Wei amount,
            Colour colour,
            Shape shape,
            Optional<Long> maybe,
            @Limit(3) List<Shape> shapes) {}

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Samples.encoded(Everything.class);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        record(Everything.class, input);
    }
}
