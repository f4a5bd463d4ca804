package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.ExitCode;
import io.evenhand.system.house.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole exchange of parties that nobody listens to any more, in a place and under settings that
/// no developer has.
class NobodyReadsIT {
    /// Spaces, letters that are not ASCII, and a locale that has only ASCII.
    private static final String PLACE = "ein Haus \u00e9\u4e2d";

    private static final Map<String, String> ODD =
            Map.of("LC_ALL", "C", "TZ", "Nowhere/Odd", "COLUMNS", "0");

    /// The provider's reader goes after one line; the customer's pipe is full and stays so.
    private static final Map<String, String> FRONTS =
            Map.of(
                    "stamper", "umask 000; exec \"$0\" \"$@\"",
                    "provider", "umask 000; exec \"$0\" \"$@\" > >(head -n 1)",
                    "customer",
                            "umask 000; mkfifo full; exec 7<>full; head -c 65536 /dev/zero >&7;"
                                    + " exec \"$0\" \"$@\" >full");

    /// What a party says of its stamper, and a customer of its wage, before it begins.
    private static final List<String> BEFORE =
            List.of("the stamper has a loopback address", "which is more");

    @TempDir private Path folder = Path.of("");

    @Test
    @DisplayName(
            "closed and full standard output: the exchange settles, each says so once; no umask opens"
                    + " a file to others; spaces and letters in the path; odd TZ and COLUMNS")
    void settles() throws Exception {
        Path place = Files.createDirectory(folder.resolve(PLACE));
        try (TestCluster town = new TestCluster(place, TestCluster.SORT, ODD, FRONTS)) {
            Files.writeString(town.file("input"), "b\na\n");
            String policy = "policy: size\natLeast: 1\natMost: 1000\n";
            try (Cli delegate = town.delegate("input", policy, "output")) {
                assertEquals(ExitCode.STORAGE.code(), delegate.exit(), delegate.errors());
                says(delegate, "not all of the output was written (nobody reads it)");
            }
            assertEquals("a\nb\n", Files.readString(town.file("output")));
            says(town.provider(), "standard output cannot be written (Broken pipe)");
            for (String party : List.of("stamper", "provider", "customer")) {
                forOwnerAlone(town.home(party));
            }
            closedPipe(place);
        }
    }

    private static void says(Cli party, String why) throws IOException {
        List<String> said =
                party.errors()
                        .lines()
                        .filter(line -> BEFORE.stream().noneMatch(line::contains))
                        .toList();
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.getFirst().contains(why), said.toString());
    }

    private static void forOwnerAlone(Path home) throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            for (Path file : all.filter(f -> !f.equals(home)).toList()) {
                String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertTrue(rights.endsWith("------"), file + " " + rights);
            }
        }
    }

    private static void closedPipe(Path place) throws Exception {
        String launcher = SourceTree.root().resolve("evenhand").toString();
        String line = "\"$0\" --json --home customer list | head -c 0; exit ${PIPESTATUS[0]}";
        Launch list = Launch.run(place, ODD, List.of("bash", "-c", line, launcher));
        // Whoever goes after the first lines has what it wants.
        assertEquals(ExitCode.OK.code(), list.exit(), list.text());
        assertEquals("", list.text());
        String full = "\"$0\" --json --home customer list > /dev/full";
        Launch lost = Launch.run(place, ODD, List.of("bash", "-c", full, launcher));
        assertEquals(ExitCode.STORAGE.code(), lost.exit(), lost.text());
        assertTrue(lost.text().contains("not all of the output was written"), lost.text());
    }
}
