package io.evenhand.node.delegation.provider;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.house.SourceTree;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class ServiceConfigFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.concat(
                Stream.of(
                        Files.readAllBytes(
                                SourceTree.root().resolve("examples/shell/provider.yaml"))),
                texts("name: &a [*a]", "a: b", "- 1", "limits: {seconds: 1e999}"));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        read(() -> ServiceConfig.parse(input))
                .ifPresent(config -> {
                    require(config.limits().attempts() >= 1, "no attempt");
                    checkLine(config.name() + " " + config.about());
                });
    }
}
