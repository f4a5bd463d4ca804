package io.evenhand.enclave.sandbox;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.house.SourceTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/// A module is refused, or its metered form is valid too.
class GuestFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        Path policies = SourceTree.root().resolve("examples/policies");
        return Stream.of(
                Files.readAllBytes(policies.resolve("wasm-sorted/sorted.wasm")),
                Files.readAllBytes(policies.resolve("hostile/endless.wasm")),
                Files.readAllBytes(policies.resolve("hostile/bomb.wasm")));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        read(() -> Guest.of(input))
                .ifPresent(_ -> {
                    ModuleShape shape = ModuleReader.read(input);
                    WasmModule _ = Parser.parse(Meter.rewrite(shape, 1).bytes().toByteArray());
                });
    }
}
