package io.evenhand.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.demo.delegation.cheat.Cheats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The page about failures of earlier systems, and the tests it names.
class PublishedFailuresPageTest {
    private static final Pattern SOLIDITY = Pattern.compile("`(\\w+\\.t\\.sol):\\s+(test\\w+)`");
    private static final Pattern JAVA = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
    private static final Pattern CHEATS = Pattern.compile("in the demo:((?:\\s+`[a-z0-9-]+`,?)+)");
    private static final Pattern NAME = Pattern.compile("`([a-z0-9-]+)`");
    private static final Path ROOT = SourceTree.root();

    @Test
    @DisplayName("every test and cheat that the page names exists, and every forge test is named")
    void named() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/concepts/published-failures.md"));
        Map<String, String> sources = sources();
        List<String> wrong = new ArrayList<>();
        List<MatchResult> tests =
                Stream.concat(SOLIDITY.matcher(page).results(), JAVA.matcher(page).results())
                        .toList();
        assertTrue(tests.size() > 10, "the page names " + tests.size() + " tests");
        for (MatchResult test : tests) {
            String file = test.group(1).replaceFirst("Test$", "Test.java");
            String source = sources.getOrDefault(file, "");
            if (!source.contains(" " + test.group(2) + "(")) {
                wrong.add(test.group());
            }
        }
        String forge = sources.getOrDefault("PublishedFailures.t.sol", "");
        Pattern.compile("function (test\\w+)\\(")
                .matcher(forge)
                .results()
                .map(match -> match.group(1))
                .filter(name -> !page.contains(name))
                .forEach(wrong::add);
        CHEATS.matcher(page)
                .results()
                .flatMap(list -> NAME.matcher(list.group(1)).results())
                .map(match -> match.group(1))
                .filter(name ->
                        Cheats.ALL.stream().noneMatch(c -> c.description().title().equals(name)))
                .forEach(wrong::add);
        assertEquals(List.of(), wrong);
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String room :
                List.of("contracts/test", "kit/src/test", "protocols/delegation/src/test")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(room))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sources.merge(
                            file.getFileName().toString(), Files.readString(file), String::concat);
                }
            }
        }
        return sources;
    }
}
