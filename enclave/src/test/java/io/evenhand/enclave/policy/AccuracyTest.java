package io.evenhand.enclave.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.Refusal;
import io.evenhand.enclave.policy.Accuracy.Measure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccuracyTest {
    private static final String HIDDEN = "row,label\n0,7\n5,3\n12,cat\n900,3\n";

    @TempDir Path folder;
    private Path work;
    private Path hidden;

    @BeforeEach
    void files() throws IOException {
        work = folder.resolve("work.csv");
        hidden = Files.writeString(folder.resolve("hidden.csv"), HIDDEN);
    }

    private Verdict judge(String atLeast, String text) throws IOException {
        Files.writeString(work, text);
        return PolicySpec.parse("accuracy/1 atLeast=" + atLeast).judge(work, hidden);
    }

    @Test
    @DisplayName("exactly the wanted part passes, one row less fails")
    void threshold() throws IOException {
        String threeRight = "row,label\n0,7\n5,3\n12,dog\n900,3\n";
        assertTrue(judge("0.7500", threeRight).passed());
        assertFalse(judge("0.7501", threeRight).passed());
        assertTrue(judge("1.0000", HIDDEN).passed());
        assertTrue(judge("0.0000", "row,label\n0,a\n5,a\n12,a\n900,a\n").passed());
    }

    @Test
    @DisplayName("order, other rows, CR LF and a missing last line end do not matter")
    void harmlessDifferences() throws IOException {
        assertTrue(judge("1.0000", "row,label\n900,3\n12,cat\n77,x\n5,3\n77,y\n0,7").passed());
        assertTrue(judge("1.0000", HIDDEN.replace("\n", "\r\n")).passed());
        Files.writeString(hidden, HIDDEN.replace("\n", "\r\n").strip());
        assertTrue(judge("1.0000", HIDDEN).passed());
    }

    @Test
    @DisplayName("labels are compared whole: neither a beginning nor a longer label is right")
    void wholeLabels() throws IOException {
        for (String wrong : List.of("ca", "cats", "Cat", " cat", "c\u00e4t")) {
            Verdict verdict = judge("0.7501", HIDDEN.replace("cat", wrong));
            assertFalse(verdict.passed(), wrong);
            assertTrue(verdict.detail().startsWith("3 of 4"), verdict.detail());
        }
        Files.writeString(hidden, "row,label\n3,k\u00e4tzchen");
        assertTrue(judge("1.0000", "row,label\n3,k\u00e4tzchen\n").passed());
        assertFalse(judge("1.0000", "row,label\n3,k\u00e4tzchenX\n").passed());
    }

    @ParameterizedTest
    @DisplayName("malformed work fails and never throws")
    @ValueSource(
            strings = {
                "",
                "\n",
                "label,row\n",
                "row,label ",
                "row,label\n",
                "row,label\n0,7\n5,3\n12,cat\n",
                "row,label\n0,7\n0,7\n5,3\n12,cat\n900,3\n",
                "row,label\n0,7\n0,8\n5,3\n12,cat\n900,3\n",
                "row,label\n0,7\n\n5,3\n12,cat\n900,3\n",
                "row,label\n0,7\n5,3\n12,cat\n900,3\n\n",
                "row,label\n0,7\n5,\n12,cat\n900,3\n",
                "row,label\n0,7\n5,3,4\n12,cat\n900,3\n",
                "row,label\n0,7\n5\n12,cat\n900,3\n",
                "row,label\n0,7\n-5,3\n12,cat\n900,3\n",
                "row,label\n0,7\n+5,3\n12,cat\n900,3\n",
                "row,label\n0,7\n05,3\n12,cat\n900,3\n",
                "row,label\n0,7\n5 ,3\n12,cat\n900,3\n",
                "row,label\n0,7\n5.0,3\n12,cat\n900,3\n",
                "row,label\n0,7\n5,\"3\n12,cat\n900,3\n",
                "row,label\n0,7\n5,\"3\"x\n12,cat\n900,3\n",
                "row,label\n0,7\n5,x\"3\"\n12,cat\n900,3\n",
                "row,label\n0,7\n\"5,3\n12,cat\n900,3\n",
                "row,label\n0,7\n5,\"\"\n12,cat\n900,3\n",
                "row,label\n0,7\n5,3\u0000\n12,cat\n900,3\n",
                "row,label\r0,7\r5,3\r12,cat\r900,3\r",
                "\uFEFF\uFEFFrow,label\n0,7\n5,3\n12,cat\n900,3\n",
                "row,label\n0,7\n5,3\n12,cat\n900,3\n68719476736,1\n",
                "row,label\n0,7\n5,3\n12,cat\n900,3\n99999999999999999999999999,1\n"
            })
    void malformedWork(String text) throws IOException {
        Verdict verdict = judge("0.0000", text);
        assertFalse(verdict.passed());
        assertTrue(verdict.detail().startsWith("work: "), verdict.detail());
    }

    @Test
    @DisplayName("random bytes fail and never throw")
    void noise() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            byte[] header = "row,label\n".getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(header, 0, bytes, 0, seed % 2 * Math.min(header.length, bytes.length));
            Files.write(work, bytes);
            assertFalse(new Accuracy(0).judge(work, hidden).passed(), "seed " + seed);
        }
    }

    @Test
    @DisplayName("limit: a line of 1 KiB is read, one byte more fails")
    void lineLength() throws IOException {
        String label = "x".repeat(LabelReader.MAX_LINE - 3);
        Files.writeString(hidden, "row,label\n10," + label + "\n");
        assertTrue(judge("1.0000", "row,label\n10," + label + "\n").passed());
        assertTrue(
                judge("0.0000", "row,label\n10," + label + "x\n").detail().contains("longer than"));
    }

    @Test
    @DisplayName("limit: work above 64 MiB fails, hidden data above 64 MiB are refused")
    void byteLimit() throws IOException {
        Path large = folder.resolve("large.csv");
        byte[] line = ("1," + "x".repeat(1021) + "\n").getBytes(StandardCharsets.US_ASCII);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(large), 1 << 20)) {
            out.write("row,label\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < LabelReader.MAX_BYTES / line.length; i++) {
                out.write(line);
            }
        }
        Verdict verdict = new Accuracy(0).judge(large, hidden);
        assertFalse(verdict.passed());
        assertTrue(verdict.detail().contains("larger than 64 MiB"), verdict.detail());
        assertTrue(refusal(large).contains("larger than 64 MiB"));
    }

    @Test
    @DisplayName("limit: the size is checked while reading, a sparse file of 1 TiB stops at once")
    void endless() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(work.toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        assertFalse(new Accuracy(0).judge(work, hidden).passed());
    }

    @ParameterizedTest
    @DisplayName("malformed hidden data are refused before any work begins")
    @ValueSource(
            strings = {
                "",
                "row,label\n",
                "row,label,more\n1,2\n",
                "row,label\n1,2\n1,3\n",
                "row,label\n1,2\n5,6\n1,2\n",
                "row,label\n1,\n",
                "row,label\n1\n",
                "row,label\n1,2\n\n",
                "row,label\n68719476736,2\n"
            })
    void malformedHidden(String text) throws IOException {
        Files.writeString(hidden, text);
        assertTrue(refusal(hidden).startsWith("hidden data: "));
        Files.writeString(work, "row,label\n1,2\n");
        Refusal.of(() -> new Accuracy(0).judge(work, hidden));
    }

    private static String refusal(Path hidden) {
        return Refusal.of(() -> new Accuracy(0).validateHidden(hidden));
    }

    @Test
    @DisplayName("neither a refusal nor a verdict's text shows what the hidden data say")
    void discreet() throws IOException {
        Files.writeString(hidden, "row,label\n1,secret\"word\n");
        assertFalse(refusal(hidden).contains("secret"));
        Files.writeString(hidden, HIDDEN);
        assertEquals("failed", judge("1.0000", "row,label\n0,7\n5,3\n12,x\n900,3\n").toString());
        assertFalse(judge("1.0000", "row,label\n0,7\n").detail().contains("900"));
    }

    @Test
    @DisplayName("a work that cannot be read is no verdict")
    void unreadable() {
        assertThrows(
                NoSuchFileException.class,
                () -> new Accuracy(0).judge(folder.resolve("none"), hidden));
    }

    @Test
    @DisplayName("the largest row and many rows in any order are found")
    void manyRows() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<String> lines = new ArrayList<>();
            lines.add((LabelReader.MAX_ROW - 1) + ",last");
            long row = 0;
            for (int i = 0; i < 2_000; i++) {
                row += 1 + random.nextInt(3);
                lines.add(row + "," + random.nextInt(10));
            }
            Collections.shuffle(lines, random);
            Files.writeString(hidden, "row,label\n" + String.join("\n", lines));
            Collections.shuffle(lines, random);
            int wrong = random.nextInt(lines.size());
            for (int i = 0; i < wrong; i++) {
                lines.set(i, lines.get(i) + "0");
            }
            Files.writeString(work, "row,label\n" + String.join("\n", lines) + "\n");
            Measure.Scored scored =
                    assertInstanceOf(Measure.Scored.class, Accuracy.measure(work, hidden));
            assertEquals(lines.size() - wrong, scored.right(), "seed " + seed);
            assertEquals(2_001, scored.rows());
        }
    }

    @Test
    @DisplayName("an accuracy is shown rounded down, so that it never looks better than it is")
    void shown() {
        assertEquals("0.6666", new Measure.Scored(2, 3).accuracy());
        assertEquals("1.0000", new Measure.Scored(9_999_999, 9_999_999).accuracy());
        assertEquals("0.9999", new Measure.Scored(9_999_998, 9_999_999).accuracy());
    }
}
