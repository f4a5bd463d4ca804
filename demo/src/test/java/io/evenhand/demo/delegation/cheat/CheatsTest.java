package io.evenhand.demo.delegation.cheat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The list of cheats and the page about them.
class CheatsTest {
    /// What a rule is called in the specification.
    private static final Pattern RULE =
            Pattern.compile("\\b(D-I\\d+|D\\d+|R\\d|T\\d+|S\\d|1\\d[a-g]|decisions \\d+)\\b");

    private static final Path PAGE = Path.of("../docs/reference/cheats.md");

    /// Set to write the page anew: `mvn test -pl demo -am -Dtest=CheatsTest -Devenhand.write=true`.
    private static final boolean WRITE = Boolean.getBoolean("evenhand.write");

    @Test
    @DisplayName(
            "each cheat has a title of its own and a sentence that names the rule that stops it")
    void stories() {
        Set<String> titles = new HashSet<>();
        for (Cheat cheat : Cheats.ALL) {
            CheatDescription description = cheat.description();
            assertTrue(titles.add(description.title()), description.title());
            assertSame(cheat, Cheats.parse(description.title()));
            assertTrue(description.about().length() > 20, description.title());
            assertTrue(
                    RULE.matcher(description.stoppedBy()).find(),
                    description.title() + " names no rule");
        }
        assertThrows(MalformedException.class, () -> Cheats.parse("none"));
    }

    @Test
    @DisplayName("docs/reference/cheats.md is the table of Cheats.ALL")
    void page() throws IOException {
        String page = table();
        if (WRITE) {
            Files.writeString(PAGE, page);
        }
        assertEquals(
                page,
                Files.readString(PAGE),
                "write it anew: mvn test -pl demo -am -Dtest=CheatsTest -Devenhand.write=true"
                        + " -Dsurefire.failIfNoSpecifiedTests=false");
    }

    private static String table() {
        StringBuilder page = new StringBuilder();
        page.append(
                """
                # Cheats of the demo

                `evenhand demo --cheat NAME` plays one on real parts: a chain, processes, files. `--cheat
                all` plays every one and prints a line for each. A cheat counts as stopped only if it
                really happened, if somebody honest noticed it, and if the judge, who knows nothing of the
                cheat but who is honest, finds nobody honest worse off. "Provided that ..." marks what is
                stopped by a stated assumption alone.

                This page is written from the list in the program by `CheatsTest`. `CheatsIT` plays them:
                some in `make verify`, all of them with `-Devenhand.soak=true`. Not to be had for real: two
                keys with both addresses of one lock (D12: 2^160 work); cheats with permit or EIP-3009,
                which the contract does not have.

                """);
        for (String who :
                Cheats.ALL.stream()
                        .map(cheat -> cheat.description().cheater())
                        .distinct()
                        .toList()) {
            page.append("## ").append(who).append("\n\n");
            page.append("| cheat | what is tried | what stops it | rule | ends |\n");
            page.append("|---|---|---|---|---|\n");
            for (Cheat cheat : Cheats.ALL) {
                if (cheat.description().cheater().equals(who)) {
                    page.append(row(cheat.description()));
                }
            }
            page.append('\n');
        }
        return page.toString().stripTrailing() + "\n";
    }

    private static String row(CheatDescription description) {
        List<String> rules =
                RULE.matcher(description.stoppedBy())
                        .results()
                        .map(MatchResult::group)
                        .distinct()
                        .toList();
        return "| `%s` | %s | %s | %s | %s |%n"
                .formatted(
                        description.title(),
                        description.about(),
                        description.stoppedBy(),
                        String.join(", ", rules),
                        description.ends().stream()
                                .map(Outcome::text)
                                .sorted()
                                .collect(Collectors.joining(", ")));
    }
}
