package io.evenhand.enclave.policy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzFiles;
import io.evenhand.system.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A labels file, as the work and as the hidden data.
class LabelReaderFuzz extends FuzzTarget {
    private static final FuzzFiles FILES = new FuzzFiles();

    private static final byte[] GENUINE =
            "row,label\n0,a\n1,b\n".getBytes(StandardCharsets.US_ASCII);

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts(
                "row,label\n0,a\n1,b\n",
                "row,label\r\n5,x\r\n",
                "row,label",
                "row,label\n01,a",
                "\uFEFF\"row\",\"label\"\r\n\"0\",\"a, \"\"b\"\"\"\n",
                "row;label\n0;a\n");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Path labels = FILES.with("labels.csv", input);
        Path genuine = FILES.with("genuine.csv", GENUINE);
        Optional<Accuracy.Measure> found = read(() -> Accuracy.measure(labels, genuine));
        require(found.isPresent(), "genuine hidden data are refused");
        if (found.get() instanceof Accuracy.Measure.Scored(int right, int rows)) {
            require(rows == 2 && right <= rows, "counts " + right + " of " + rows);
        } else if (found.get() instanceof Accuracy.Measure.Unusable(String why)) {
            checkLine(why);
        }
        read(() -> Accuracy.measure(genuine, labels));
    }
}
