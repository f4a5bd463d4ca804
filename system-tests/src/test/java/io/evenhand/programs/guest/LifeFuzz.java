package io.evenhand.programs.guest;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.enclave.sandbox.FileResult;
import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.Program;
import io.evenhand.enclave.sandbox.ProgramInstance;
import io.evenhand.enclave.sandbox.ProgramLimits;
import io.evenhand.enclave.sandbox.Round.End;
import io.evenhand.kit.value.Octets;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.house.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A file of Game of Life is refused by a code, or gives a state that loads and comes back as a
/// file that gives it again.
class LifeFuzz extends FuzzTarget {
    private final ProgramInstance life = life();

    /// In a MiB, so that no input makes it slow.
    private static ProgramInstance life() {
        ProgramLimits limits = new ProgramLimits(1L << 36, 1L << 36, 16, 1 << 20, 1 << 20, 0);
        try {
            byte[] module =
                    Files.readAllBytes(
                            SourceTree.root().resolve("programs/src/guest/life/life.wasm"));
            return Program.of(module, limits).start(Engine.COMPILED);
        } catch (IOException | GuestAborted e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Stream<byte[]> seeds() {
        return texts(
                "x = 3, y = 3, rule = B3/S23\nbo$2bo$3o!",
                "#C a comment\nx = 2, y = 2, rule = B3/S23:T70,9\n2o$\n2o!",
                "x=1000,y=1\n1000o!");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        switch (life.importFile(new Octets(input))) {
            case FileResult.Refused(int code) -> require(code > 0 && code <= 10, "code " + code);
            case FileResult.Faulted(End end) -> throw new AssertionError(end);
            case FileResult.Made(Octets state) -> {
                FileResult file = life.exportState(state);
                require(
                        file instanceof FileResult.Made(Octets bytes)
                                && life.importFile(bytes).equals(new FileResult.Made(state)),
                        "a file of " + state + " gives another state: " + file);
                require(life.round(state, 1).end() == End.MORE, "a state that cannot go on");
            }
        }
    }
}
