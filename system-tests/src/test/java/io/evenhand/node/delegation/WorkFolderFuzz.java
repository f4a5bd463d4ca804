package io.evenhand.node.delegation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzFiles;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.fuzz.Samples;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// What opens a seal, in a folder that somebody handed over.
class WorkFolderFuzz extends FuzzTarget {
    private static final FuzzFiles FILES = new FuzzFiles();

    @Override
    protected Stream<byte[]> seeds() {
        return Samples.encoded(WorkFolder.Opening.class);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Path opening = FILES.with("opening.cbor", input);
        read(() -> WorkFolder.read(opening.resolveSibling("")))
                .ifPresent(folder -> require(!folder.toString().isEmpty(), "no folder"));
        record(WorkFolder.Opening.class, input);
    }
}
