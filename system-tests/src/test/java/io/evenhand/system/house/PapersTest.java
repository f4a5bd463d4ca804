package io.evenhand.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The map from the papers to the code: every anchor is found where the map says.
class PapersTest {
    private static final Path ROOT = SourceTree.root();

    private record Anchor(String paper, String step, String file, String find) {}

    private static List<Anchor> anchors() throws IOException {
        List<Anchor> anchors = new ArrayList<>();
        List<Path> papers;
        try (Stream<Path> files = Files.list(ROOT.resolve("papers"))) {
            papers = files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
        }
        for (Path paper : papers) {
            JsonNode steps = new YAMLMapper().readTree(Files.readString(paper)).path("steps");
            for (JsonNode step : steps) {
                for (JsonNode code : step.path("code")) {
                    anchors.add(
                            new Anchor(
                                    paper.getFileName().toString(),
                                    step.path("step").asText(),
                                    code.path("file").asText(),
                                    code.path("find").asText()));
                }
            }
        }
        return anchors;
    }

    @Test
    @DisplayName("every anchor of papers/ is in the file it names")
    void found() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Anchor anchor : anchors()) {
            Path file = ROOT.resolve(anchor.file());
            String where = anchor.paper() + ", step " + anchor.step() + ": " + anchor.file();
            if (!Files.isRegularFile(file)) {
                wrong.add(where + " does not exist");
            } else if (!Files.readString(file).contains(anchor.find())) {
                wrong.add(where + " does not contain \"" + anchor.find() + "\"");
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    @DisplayName("delegation.yml has every step of the paper, each with text and code")
    void complete() throws IOException {
        JsonNode paper =
                new YAMLMapper().readTree(Files.readString(ROOT.resolve("papers/delegation.yml")));
        List<String> steps = new ArrayList<>();
        for (JsonNode step : paper.path("steps")) {
            steps.add(step.path("step").asText());
            assertFalse(step.path("paper").asText().isBlank(), "no text: " + step);
            assertTrue(step.path("code").size() > 0, "no code: " + step);
        }
        assertEquals(
                List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "11'"),
                steps);
    }
}
