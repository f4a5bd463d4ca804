package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.system.house.SourceTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a person sees of a delegation: on a real terminal, recorded by `script`, and in a pipe.
class ScreenIT {
    private static final String POLICY = "policy: size\natLeast: 1\natMost: 1000\n";
    private static final int MAX_LINES = 15;
    private static final int COLUMNS = 40;

    /// `script` waits for all its children; whoever starts it must not become it.
    private static final String RECORDED = "script -qec \"$0\" /dev/null; exit $?";

    private static final String WORKING = "3/6 the provider is working, at most ";
    private static final String ERASE = "\033[K";

    @TempDir private Path folder = Path.of("");

    @Test
    @DisplayName(
            "a settled delegation: at most 15 lines and one that moves, never wider than the terminal;"
                    + " in a pipe plain lines; a reader that goes after one line is no trouble")
    void seen() throws Exception {
        try (TestCluster town = new TestCluster(folder, TestCluster.SORT)) {
            Files.writeString(town.file("input"), "b\na\n");
            terminal(town);
            pipe(town);
            shortReader();
        }
    }

    private List<String> command(TestCluster town, String output) throws Exception {
        List<String> words = new ArrayList<>();
        words.add(SourceTree.root().resolve("evenhand").toString());
        words.addAll(List.of("--home", town.home("customer").toString()));
        words.addAll(town.delegation("input", POLICY, output));
        return words;
    }

    private static String typed(List<String> words) {
        return words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    private void terminal(TestCluster town) throws Exception {
        String line = "stty cols " + COLUMNS + "; exec " + typed(command(town, "first"));
        Launch seen =
                Launch.run(folder, Map.of("TERM", "xterm"), List.of("sh", "-c", RECORDED, line));
        assertEquals(0, seen.exit(), seen.text());
        List<String> lines = Arrays.asList(seen.text().split("\r\n"));
        assertTrue(lines.size() <= MAX_LINES, seen.text());
        List<String> moving = lines.stream().flatMap(ScreenIT::moving).toList();
        assertTrue(moving.stream().anyMatch(drawn -> drawn.startsWith(WORKING)), seen.text());
        assertTrue(moving.stream().allMatch(drawn -> drawn.length() < COLUMNS), moving.toString());
        List<String> left = lines.stream().map(ScreenIT::left).toList();
        assertTrue(left.stream().anyMatch(text -> text.contains("0.01 eth locked; back at ")));
        assertTrue(left.stream().anyMatch(text -> text.startsWith("6/6 ")), seen.text());
        assertTrue(
                left.contains(
                        "done: first holds the work, 0.01 eth paid, evidence in first.asice"));
        assertEquals("next: evenhand verify first.asice", left.getLast(), seen.text());
    }

    /// What was drawn on one line and erased again.
    private static Stream<String> moving(String line) {
        return Arrays.stream(line.split("\r"))
                .filter(drawn -> drawn.endsWith(ERASE))
                .map(drawn -> drawn.substring(0, drawn.length() - ERASE.length()));
    }

    private static String left(String line) {
        return line.substring(line.lastIndexOf(ERASE) < 0 ? 0 : line.lastIndexOf(ERASE) + 3);
    }

    private void pipe(TestCluster town) throws Exception {
        Launch seen = Launch.run(folder, Map.of("TERM", "xterm"), command(town, "second"));
        assertEquals(0, seen.exit(), seen.text());
        assertFalse(seen.text().contains("\r") || seen.text().contains("\033"), seen.text());
        assertTrue(seen.text().contains("3/6 the provider is working, until "), seen.text());
        assertFalse(seen.text().contains("ignored"), seen.text());
        assertTrue(seen.text().endsWith("next: evenhand verify second.asice\n"), seen.text());
    }

    private void shortReader() throws Exception {
        String line = "\"$0\" --home customer list | head -n 1; exit ${PIPESTATUS[0]}";
        String launcher = SourceTree.root().resolve("evenhand").toString();
        Launch list = Launch.run(folder, Map.of(), List.of("bash", "-c", line, launcher));
        assertEquals(0, list.exit(), list.text());
        assertEquals(1, list.text().lines().count(), list.text());
    }
}
