package io.evenhand.enclave.sandbox;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.kit.value.Octets;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.house.SourceTree;
import java.nio.file.Files;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A program's module is refused, or a round of it ends in one of the ways there are.
class ProgramFuzz extends FuzzTarget {
    private static final ProgramLimits LIMITS =
            new ProgramLimits(10_000, 10_000, 16, 1 << 20, 1 << 16, 1 << 10);

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(
                Files.readAllBytes(SourceTree.root().resolve("programs/src/guest/life/life.wasm")));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Optional<Program> program = read(() -> Program.of(input, LIMITS));
        if (program.isEmpty()) {
            return;
        }
        Octets state =
                new Octets(new byte[] {'l', 'i', 'f', 'e', 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7});
        Optional<ProgramInstance> instance = read(() -> program.get().start(Engine.INTERPRETED));
        if (instance.isPresent()) {
            Round round = instance.get().round(state, 2);
            require(round.charged() <= 2, "charged " + round.charged());
            require(!round.end().isFault() || round.state().equals(state), "a fault changed it");
        }
    }
}
