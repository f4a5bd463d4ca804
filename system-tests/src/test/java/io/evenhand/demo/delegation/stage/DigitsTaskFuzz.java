package io.evenhand.demo.delegation.stage;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzFiles;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.house.SourceTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.provider.MethodSource;

/// The gzip file of the demo: a bomb or garbage is refused.
class DigitsTaskFuzz extends FuzzTarget {
    private static final FuzzFiles FILES = new FuzzFiles();
    private static final Path DATA = SourceTree.root().resolve("examples/digits/digits.csv.gz");

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(Files.readAllBytes(DATA), gzip(new byte[1 << 20]));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Path data = FILES.with("data.gz", input);
        read(() -> DigitsTask.prepare(data, FILES.path("task"), new Random(1)))
                .ifPresent(task -> require(Files.exists(task.hidden()), "no hidden rows"));
    }
}
