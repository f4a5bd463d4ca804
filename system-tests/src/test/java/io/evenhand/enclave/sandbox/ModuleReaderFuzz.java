package io.evenhand.enclave.sandbox;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.house.SourceTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A customer's module: what is not a plain one within the limits is refused before it runs.
class ModuleReaderFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        Path policies = SourceTree.root().resolve("examples/policies");
        return Stream.of(
                Files.readAllBytes(policies.resolve("wasm-sorted/sorted.wasm")),
                Files.readAllBytes(policies.resolve("hostile/endless.wasm")));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        read(() -> ModuleReader.read(input));
    }
}
