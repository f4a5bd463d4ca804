package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A service is run once before anybody is offered it.
class ServiceCheckTest extends Typing {
    @BeforeEach
    void files() throws IOException {
        Files.writeString(folder.resolve("letters"), "b\na\n");
    }

    private Path service(String command) throws IOException {
        return Files.writeString(
                folder.resolve("own.yaml"),
                """
                name: own
                about: sorts
                price: 0.01 eth
                command: %s
                limits: { inputBytes: 10, workBytes: 10, seconds: 60, attempts: 1 }
                policies: [size]
                """
                        .formatted(command));
    }

    private Run check(Path service, String... more) {
        List<String> line =
                Stream.concat(Stream.of("provider", "check", service.toString()), Stream.of(more))
                        .toList();
        return run(line.toArray(String[]::new));
    }

    private Run check(Path service) {
        return check(service, "--try", folder.resolve("letters").toString());
    }

    @Test
    @DisplayName("the work, its size and time, and what a policy says of it")
    void good() throws IOException {
        Path own = service("[sort, -o, '{output}', '{input}']");
        Run alone = check(own);
        assertEquals(0, alone.exit(), alone.err());
        assertTrue(alone.out().contains("  a\n  b\n"), alone.out());
        assertTrue(alone.out().contains("wrote 4 B of at most 10 B"), alone.out());
        Run judged =
                check(
                        own,
                        "--try=" + folder.resolve("letters"),
                        "--policy=" + folder.resolve("policy.yaml"));
        assertEquals(0, judged.exit(), judged.err());
        assertTrue(judged.out().contains("is satisfied: 4 bytes, wanted 1 to 9"), judged.out());
        assertEquals("b\na\n", Files.readString(folder.resolve("letters")));
        assertFalse(Files.exists(home.resolve("journal.db")), "a journal was begun");
    }

    @Test
    @DisplayName(
            "a work that the policy does not pass, and a policy that the service does not take")
    void failing() throws IOException {
        Path own = service("[sort, -o, '{output}', '{input}']");
        String letters = "--try=" + folder.resolve("letters");
        Path strict =
                Files.writeString(
                        folder.resolve("strict.yaml"), "policy: size\natLeast: 5\natMost: 9\n");
        Run judged = check(own, letters, "--policy=" + strict);
        assertEquals(1, judged.exit(), judged.err());
        assertTrue(judged.out().contains("is NOT satisfied: 4 bytes, wanted 5"), judged.out());
        Files.writeString(folder.resolve("hidden.csv"), "row,label\n0,1\n");
        Path other =
                Files.writeString(
                        folder.resolve("other.yaml"),
                        "policy: accuracy\natLeast: 0.5\nhidden: hidden.csv\n");
        Run foreign = check(own, letters, "--policy=" + other);
        assertEquals(1, foreign.exit(), foreign.err());
        assertTrue(foreign.out().contains("the service takes [size]"), foreign.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[sh, -c, 'echo oh \"$0\" \"$1\"; exit 3', '{input}', '{output}'] | exit code 3 | oh",
                "[sh, -c, 'printf \"\\\\033[2Joh\"', '{input}', '{output}'] | wrote no output | ?[2Joh",
                "[sh, -c, 'cat \"$0\" \"$0\" \"$0\" > \"$1\"', '{input}', '{output}'] | more than 10 | ",
            })
    @DisplayName("a service that fails, writes nothing or too much is shown with what it printed")
    void faults(String command, String why, String printed) throws IOException {
        Run run = check(service(command));
        assertEquals(1, run.exit(), run.err());
        assertTrue(run.out().contains(why), run.out());
        assertTrue(run.out().contains(printed == null ? "" : printed), run.out());
        assertFalse(run.out().contains("\u001b"), run.out());
    }

    @Test
    @DisplayName("a program that is not there, by check, doctor and provider")
    void noProgram() throws IOException {
        Path own = service("[sotr, '{input}', '{output}']");
        refused(check(own), 2, "no directory of PATH has a program \"sotr\"");
        refused(
                run(
                        "provider",
                        own.toString(),
                        "--operator=provider",
                        "--stamper",
                        kept("STAMPER")),
                2,
                "no directory of PATH has a program \"sotr\"");
        Run doctor = run("doctor", own.toString());
        assertEquals(1, doctor.exit());
        assertTrue(doctor.out().contains("FAIL  service"), doctor.out());
        Path line = service("['sort -o {output}', '{input}', '{output}']");
        refused(check(line), 2, "`command:` begins with the name of a program");
        refused(check(service("['my sort', '{input}', '{output}']")), 2, "an item of its own");
        refused(check(service("['./', '{input}', '{output}']")), 2, "is a directory");
    }

    @Test
    @DisplayName("files that are missing, directories, noise or too large")
    void files(@TempDir Path other) throws IOException {
        Path own = service("[sort, -o, '{output}', '{input}']");
        refused(check(folder.resolve("directory")), 4, "is a directory");
        refused(check(folder.resolve("noise")), 2, "noise: not UTF-8");
        refused(check(folder.resolve("missing")), 4, "does not exist");
        refused(check(own, "--try=" + other), 4, "is a directory");
        refused(check(own, "--try=" + folder.resolve("noise")), 2, "the service takes 10 B");
        refused(run("provider", "check", own.toString()), 2, "--try");
        refused(
                check(
                        own,
                        "--try=" + folder.resolve("letters"),
                        "--policy=" + folder.resolve("noise")),
                2,
                "noise: ");
        refused(
                check(own, "--try=" + folder.resolve("letters"), "--directory=" + own),
                4,
                "is no directory");
    }
}
