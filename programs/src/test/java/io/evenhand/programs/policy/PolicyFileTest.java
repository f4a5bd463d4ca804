package io.evenhand.programs.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.programs.Refusal;
import io.evenhand.programs.yaml.YamlTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyFileTest {
    @TempDir Path folder;

    private PolicyFile read(String text) throws IOException {
        return PolicyFile.read(Files.writeString(folder.resolve("policy.yaml"), text));
    }

    @Test
    @DisplayName("the canonical text is made from the file, the hidden file lies beside it")
    void accuracy() throws IOException {
        PolicyFile file = read("policy: accuracy\natLeast: 0.95\nhidden: labels/hidden.csv\n");
        assertEquals("accuracy/1 atLeast=0.9500", file.spec().canonical());
        assertEquals(
                Optional.of(folder.toAbsolutePath().resolve("labels/hidden.csv")), file.hidden());
    }

    @Test
    @DisplayName("a byte order mark and CR LF do not matter")
    void fromAnEditor() throws IOException {
        PolicyFile file = read("\uFEFFpolicy: accuracy\r\natLeast: 0.95\r\nhidden: h.csv\r\n");
        assertEquals("accuracy/1 atLeast=0.9500", file.spec().canonical());
        assertEquals(Optional.of(folder.toAbsolutePath().resolve("h.csv")), file.hidden());
    }

    @ParameterizedTest
    @DisplayName("a whole number is an accuracy too, and quotes around words do not matter")
    @ValueSource(strings = {"1", "1.0", "1.0000"})
    void one(String number) throws IOException {
        PolicyFile file = read("\"policy\": 'accuracy'\nhidden: /h.csv\natLeast: " + number);
        assertEquals("accuracy/1 atLeast=1.0000", file.spec().canonical());
        assertEquals(Optional.of(Path.of("/h.csv")), file.hidden());
    }

    @Test
    @DisplayName("size needs no hidden file")
    void size() throws IOException {
        PolicyFile file = read("policy: size\natLeast: 1\natMost: 1073741824\n");
        assertEquals("size/1 atLeast=1 atMost=1073741824", file.spec().canonical());
        assertEquals(Optional.empty(), file.hidden());
    }

    @ParameterizedTest
    @DisplayName("anything else is refused in one line that names the file")
    @ValueSource(
            strings = {
                "",
                "accuracy",
                "- policy: accuracy",
                "{",
                "policy: [accuracy",
                "policy: &a [*a]",
                "policy: wasm\natLeast: 0.9\nhidden: h",
                "policy: accuracy\nhidden: h",
                "policy: accuracy\natLeast: 0.95",
                "policy: accuracy\natLeast: 0.95\nhidden: ''",
                "policy: accuracy\natLeast: 0.95\nhidden: [h]",
                "policy: accuracy\natLeast: high\nhidden: h",
                "policy: accuracy\natLeast: 95\nhidden: h",
                "policy: accuracy\natLeast: -0.95\nhidden: h",
                "policy: accuracy\natLeast: 0.95001\nhidden: h",
                "policy: accuracy\natLeast: 1e999999999\nhidden: h",
                "policy: accuracy\natLeast: .nan\nhidden: h",
                "policy: accuracy\natLeast: 0.95\natLeast: 0.1\nhidden: h",
                "policy: accuracy\natLeast: 0.95\nhidden: h\nattempts: 3",
                "policy: accuracy\natLeast: 0.95\nhidden: h\n---\npolicy: size",
                "policy: accuracy\natLeast: 0.95\nhidden: \"a\\0b\"",
                "policy: wasm\nmodule: \"a\\0b\"\nfuel: 1",
                "policy: &p size\natLeast: 1\natMost: 4\nhidden: *p",
                "policy: size\natLeast: 5\natMost: 4",
                "policy: size\natLeast: 0.5\natMost: 4",
                "policy: size\natLeast: 1\natMost: 4\nhidden: h"
            })
    void refused(String text) {
        String why = Refusal.of(() -> read(text));
        assertTrue(why.startsWith("policy.yaml: "), why);
    }

    @Test
    @DisplayName("limit: a policy file has at most 64 KiB")
    void large() {
        String comment = "#" + "x".repeat(YamlTree.MAX_BYTES) + "\n";
        assertThrows(
                MalformedException.class,
                () -> read(comment + "policy: size\natLeast: 1\natMost: 4"));
    }
}
