package io.evenhand.cli;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts(
                "chain:\n  endpoints: [\"http://127.0.0.1:8545\"]\n  id: 31337\n  contract: \"0x"
                        + "ab".repeat(20)
                        + "\"\n  pace: local\n",
                "",
                "chain:",
                "a: &a [*a]",
                "chain: {endpoints: 1, id: 1e5, pace: x}");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        read(CliException.class, () -> Config.parse(Path.of("config.yaml"), input));
    }
}
