package io.evenhand.node.transport;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The headers with numbers: a range, a length, a place.
class ContentRangeFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts(
                "bytes 0-9/100", "bytes */100", "bytes 0-999999999999999998/999999999999999999");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        String text = text(input);
        read(() -> ContentRange.parse(text))
                .ifPresent(range -> {
                    require(range.start() >= 0 && range.length() >= 0, "negative");
                    require(range.start() + range.length() <= range.total(), "outside of the file");
                    require(ContentRange.parse(range.header()).equals(range), "does not read back");
                });
        read(() -> Call.number("a number", text))
                .ifPresent(number -> require(number >= 0, "negative"));
    }
}
