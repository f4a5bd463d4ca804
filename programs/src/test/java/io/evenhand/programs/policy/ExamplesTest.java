package io.evenhand.programs.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.evenhand.kit.process.ChildProcess;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a user is invited to copy must work.
class ExamplesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir Path folder;

    @Test
    @DisplayName("every policy below examples/policies is one")
    void policies() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("examples/policies"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                names.add(PolicyFile.read(file).spec().name());
            }
        }
        assertEquals(Set.of("accuracy", "size", "wasm"), names);
    }

    @Test
    @DisplayName("every provider file names a command that exists")
    void providers() throws IOException {
        for (String example : List.of("digits", "shell")) {
            JsonNode file = provider(example);
            Set<String> keys = new TreeSet<>();
            file.fieldNames().forEachRemaining(keys::add);
            keys.remove("usualSeconds");
            assertEquals(Set.of("name", "about", "price", "command", "limits", "policies"), keys);
            assertTrue(Files.exists(ROOT.resolve(file.path("command").path(1).textValue())));
            assertFalse(file.path("policies").isEmpty());
        }
    }

    @Test
    @DisplayName("the shell example sorts the lines of a text by their bytes")
    void shell() throws Exception {
        Path input = Files.writeString(folder.resolve("-in put"), "pear\nZebra\n\napple\npear\n");
        Path output = folder.resolve("-out put");
        List<String> command = new ArrayList<>();
        for (JsonNode word : provider("shell").path("command")) {
            command.add(
                    word.textValue()
                            .replace("{input}", input.toString())
                            .replace("{output}", output.toString()));
        }
        assertEquals(0, run(command));
        assertEquals("\nZebra\napple\npear\npear\n", Files.readString(output));
        Files.delete(input);
        Files.delete(output);
        assertFalse(run(command) == 0);
        assertFalse(Files.exists(output));
    }

    private static int run(List<String> command) throws IOException, InterruptedException {
        Process process =
                ChildProcess.start(
                        new ProcessBuilder(command)
                                .directory(ROOT.toFile())
                                .redirectOutput(Redirect.DISCARD)
                                .redirectError(Redirect.DISCARD));
        try {
            int _ = process.waitFor();
            return process.exitValue();
        } finally {
            ChildProcess.kill(process);
        }
    }

    private static JsonNode provider(String example) throws IOException {
        Path file = ROOT.resolve("examples").resolve(example).resolve("provider.yaml");
        return new YAMLMapper().readTree(Files.readAllBytes(file));
    }
}
