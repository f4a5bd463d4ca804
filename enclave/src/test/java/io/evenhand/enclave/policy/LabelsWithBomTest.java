package io.evenhand.enclave.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.Refusal;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Labels as spreadsheets and libraries save them, in hidden data and in work.
class LabelsWithBomTest {
    private static final String PLAIN = "row,label\n1,cat\n2,dog\n";

    private static final List<String> FORMS =
            List.of(
                    PLAIN,
                    "\uFEFF" + PLAIN,
                    "\uFEFF" + PLAIN.replace("\n", "\r\n"),
                    "\"row\",\"label\"\n\"1\",\"cat\"\n\"2\",\"dog\"\n",
                    "\uFEFF\"row\",\"label\"\r\n\"1\",cat\r\n2,\"dog\"");

    @TempDir Path folder;

    private Path file(String name, String text, Charset charset) throws IOException {
        return Files.write(folder.resolve(name), text.getBytes(charset));
    }

    private Path file(String name, String text) throws IOException {
        return file(name, text, StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("a byte order mark, CR LF and quotes change nothing, on either side")
    void forms() throws IOException {
        Accuracy all = new Accuracy(10_000);
        for (String hidden : FORMS) {
            for (String work : FORMS) {
                Path made = file("work", work);
                assertEquals(Optional.empty(), all.formFault(made));
                Verdict verdict = all.judge(made, file("hidden", hidden));
                assertTrue(verdict.passed(), verdict.detail() + ": " + work + " and " + hidden);
            }
        }
    }

    @Test
    @DisplayName("in quotes a label may hold a comma, and a quote twice")
    void quotedLabels() throws IOException {
        String text = "row,label\n7,\"cat, \"\"big\"\"\"\n8,\"x\"\n";
        Path hidden = file("hidden", text);
        assertTrue(new Accuracy(10_000).judge(file("work", text), hidden).passed());
        Path other = file("other", text.replace("cat, ", "cat,"));
        assertEquals("1 of 2", new Accuracy(0).judge(other, hidden).detail().substring(0, 6));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "row;label~1;cat | line 1 must be row,label: the columns are separated by \";\"",
                "row<tab>label~1<tab>cat | line 1 must be row,label: the columns are separated by tabs",
                "Row, Label~1,cat | line 1 must be row,label: small letters without blanks",
                "1,cat~2,dog | line 1 must be row,label: the header is missing",
                "id,label,more~ | line 1 must be row,label: 3 column(s) of other names",
                "~ | line 1 must be row,label: it is empty",
                "row,label<cr>1,cat<cr> | line 1 must be row,label: lines end with CR alone",
                "row,label~1;cat | line 2 must start with a row number below 2^36 and a comma, a \";\"",
                "row,label~1~ | line 2 must start with a row number below 2^36 and a comma, it has one",
                "row,label~1,a~2,b,c | line 3 has more than two columns",
                "row,label~1,a~2,\"b | line 3 has a quote that does not end on the same line",
                "row,label~1,a~2,\"b\" c | line 3 has something after the quote that ends the label",
                "row,label~1,a~2,b\"c | line 3 has a quote inside of a label",
                "row,label~1,a~~2,b | line 3 is empty",
            })
    @DisplayName("anything else: the line and what was found, never its content")
    void named(String text, String message) throws IOException {
        String real = text.replace("~", "\n").replace("<tab>", "\t").replace("<cr>", "\r");
        Path file = file("labels", real);
        String refusal = Refusal.of(() -> new Accuracy(0).validateHidden(file));
        assertTrue(refusal.startsWith("hidden data: " + message), refusal);
        assertTrue(new Accuracy(0).formFault(file).orElse("").startsWith(message));
    }

    @Test
    @DisplayName("UTF-16 is named, with and without its mark")
    void utf16() throws IOException {
        for (String charset : List.of("UTF-16", "UTF-16LE", "UTF-16BE")) {
            Path file = file("labels", PLAIN, Charset.forName(charset));
            String refusal = Refusal.of(() -> new Accuracy(0).validateHidden(file));
            assertTrue(refusal.contains("the file is UTF-16, save it as UTF-8"), refusal);
        }
    }
}
