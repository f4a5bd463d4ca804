package io.evenhand.node.transport;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.fuzz.Samples;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class WireFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.concat(Samples.encoded(Wire.Join.class), Samples.encoded(Wire.Page.class));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        record(Wire.Join.class, input);
        record(Wire.Page.class, input);
        String line = Wire.oneLine(text(input));
        require(line.length() <= Wire.MAX_REASON && line.matches("[ -~]*"), "not one line");
    }
}
