package io.evenhand.cli.command;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class ListenFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts("127.0.0.1:7201", "[::1]:0", "host:65535", ":1");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        String text = text(input);
        read(() -> Listen.parse("--listen", text))
                .ifPresent(listen ->
                        require(
                                listen.port() >= 0
                                        && listen.port() <= 65_535
                                        && !listen.host().isEmpty(),
                                "not an address"));
    }
}
