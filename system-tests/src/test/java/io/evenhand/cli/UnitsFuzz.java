package io.evenhand.cli;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class UnitsFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts("90s", "30m", "2h", "3d", "512 B", "64 KiB", "2GiB", "999999999 GiB", "365d");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        String text = text(input);
        read(() -> Units.duration(text))
                .ifPresent(duration ->
                        require(
                                !duration.isNegative()
                                        && !duration.isZero()
                                        && duration.compareTo(Units.LONGEST) <= 0,
                                "out of range"));
        read(() -> Units.size(text)).ifPresent(size -> require(size >= 0, "negative"));
    }
}
