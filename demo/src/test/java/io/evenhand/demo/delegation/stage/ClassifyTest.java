package io.evenhand.demo.delegation.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.policy.Accuracy;
import io.evenhand.enclave.policy.Accuracy.Measure;
import io.evenhand.kit.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs the classifier of `examples/digits` as the provider does.
class ClassifyTest {
    private static final String PROGRAM = "../examples/digits/Classify.java";
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir Path folder;

    private int run(ProcessBuilder builder) throws IOException, InterruptedException {
        return run(builder, Path.of("/dev/null"));
    }

    private int run(ProcessBuilder builder, Path standardInput)
            throws IOException, InterruptedException {
        Process process =
                ChildProcess.start(
                        builder.redirectError(folder.resolve("progress.txt").toFile()),
                        standardInput);
        try {
            int _ = process.waitFor();
            return process.exitValue();
        } finally {
            ChildProcess.kill(process);
        }
    }

    @ParameterizedTest
    @DisplayName(
            "at least 0.98 of all labels that it was not given are right, and the policy passes")
    @ValueSource(longs = {1, 2, 3})
    void accuracy(long seed) throws Exception {
        DigitsTask task = DigitsTask.prepare(DigitsTaskTest.DATA, folder, new Random(seed));
        Path labels = folder.resolve("labels.csv");
        int status =
                run(
                        new ProcessBuilder(
                                        JAVA, PROGRAM, task.input().toString(), labels.toString())
                                .redirectOutput(Redirect.DISCARD));
        assertEquals(0, status, Files.readString(folder.resolve("progress.txt")));

        List<String> lines = Files.readAllLines(labels);
        assertEquals(1 + DigitsTask.PICTURES, lines.size());
        assertEquals("row,label", lines.getFirst());
        for (int row = 0; row < DigitsTask.PICTURES; row++) {
            assertTrue(lines.get(row + 1).matches(row + ",[0-9]"), lines.get(row + 1));
        }
        // All 797, not the 300 drawn: a draw that small scatters by 0.005 around the same accuracy.
        Measure.Scored scored =
                assertInstanceOf(
                        Measure.Scored.class, Accuracy.measure(labels, unseen(task.input())));
        assertEquals(DigitsTask.PICTURES - DigitsTask.LABELLED, scored.rows());
        assertTrue(scored.right() * 100 >= 98 * scored.rows(), scored + ", seed " + seed);
        assertTrue(new Accuracy(9_500).judge(labels, task.hidden()).passed(), "seed " + seed);
        assertTrue(Files.readString(folder.resolve("progress.txt")).contains("leave-one-out"));
    }

    /// The true labels of every row whose label the input does not give.
    private Path unseen(Path input) throws IOException {
        List<String> truth;
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(DigitsTaskTest.DATA)),
                                StandardCharsets.US_ASCII))) {
            truth = in.lines().toList();
        }
        StringBuilder out = new StringBuilder("row,label\n");
        List<String> lines = Files.readAllLines(input);
        for (int row = 0; row < truth.size(); row++) {
            if (lines.get(row + 1).split(",", -1)[1].isEmpty()) {
                String line = truth.get(row);
                out.append(row).append(line, line.lastIndexOf(','), line.length()).append('\n');
            }
        }
        return Files.writeString(folder.resolve("unseen.csv"), out);
    }

    @Test
    @DisplayName("standard input and output give the same labels as files")
    void pipes() throws Exception {
        DigitsTask task = DigitsTask.prepare(DigitsTaskTest.DATA, folder, new Random(4));
        Path piped = folder.resolve("piped.csv");
        Path written = folder.resolve("written.csv");
        ProcessBuilder pipes = new ProcessBuilder(JAVA, PROGRAM).redirectOutput(piped.toFile());
        ProcessBuilder files =
                new ProcessBuilder(JAVA, PROGRAM, task.input().toString(), written.toString());
        assertEquals(0, run(pipes, task.input()));
        assertEquals(0, run(files.redirectOutput(Redirect.DISCARD)));
        assertEquals(-1, Files.mismatch(piped, written));
    }

    @Test
    @DisplayName("an input of another form ends with status 2 and one line")
    void otherInput() throws Exception {
        Path input = Files.writeString(folder.resolve("input.csv"), "a,b\n1,2\n");
        int status = run(new ProcessBuilder(JAVA, PROGRAM).redirectOutput(Redirect.DISCARD), input);
        assertEquals(2, status);
        List<String> said = Files.readAllLines(folder.resolve("progress.txt"));
        assertEquals(List.of("classify: line 1 must be row,label,p0,...,p63"), said);
    }
}
