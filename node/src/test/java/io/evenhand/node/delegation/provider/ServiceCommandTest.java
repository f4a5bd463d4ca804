package io.evenhand.node.delegation.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real programs, run and killed.
class ServiceCommandTest {
    @TempDir Path directory;
    private Path input;
    private Path output;

    @BeforeEach
    void files() throws IOException {
        input = Files.writeString(directory.resolve("an input; $HOME"), "b\na\n");
        output = directory.resolve("output");
    }

    @Test
    void aProgramTurnsInputIntoOutputWithoutAShell() throws Exception {
        var outcome = run(List.of("sort", "-o", "{output}", "{input}"), 1000, 20);
        assertEquals("", outcome.fault(), outcome.log());
        assertEquals("a\nb\n", Files.readString(output));
    }

    @Test
    void aProgramThatCannotBeStartedIsNamedBefore() throws Exception {
        Files.createDirectory(directory.resolve("folder"));
        Files.writeString(directory.resolve("text"), "no program");
        Path own = Files.createSymbolicLink(directory.resolve("own"), Path.of("/bin/sh"));
        assertEquals("", fault("sort"));
        assertEquals("", fault("java"));
        assertEquals("", fault("/bin/sh"));
        assertEquals("", fault(own.toString()));
        assertEquals("", fault("./own"));
        assertTrue(fault("own").contains("no directory of PATH has a program \"own\""));
        assertTrue(fault("./folder").contains("is a directory"));
        assertTrue(fault("./none").contains("there is no program"));
        assertTrue(fault("./text").contains("may not run"));
        assertTrue(fault("sort -o {output}").contains("each word of a command is an item"));
    }

    private String fault(String program) {
        return new ServiceCommand(List.of(program), directory, Duration.ofSeconds(1))
                .fault()
                .orElse("");
    }

    @Test
    void javaIsTheOneThatRunsTheNode() throws Exception {
        var outcome = run(List.of("sh", "-c", "command -v java > \"$0\"", "{output}"), 1000, 20);
        assertEquals("", outcome.fault(), outcome.log());
        assertEquals(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Files.readString(output).strip());
    }

    @Test
    void theEnvironmentOfTheNodeIsNotPassedOn() throws Exception {
        var outcome = run(List.of("sh", "-c", "env | cut -d= -f1 > \"$0\"", "{output}"), 1000, 20);
        assertTrue(outcome.succeeded());
        List<String> allowed = List.of("PATH", "HOME", "LANG", "PWD", "SHLVL", "OLDPWD", "_");
        for (String name : Files.readAllLines(output)) {
            assertTrue(allowed.contains(name), name);
        }
    }

    @Test
    void aFailureIsNamedWithoutWhatTheProgramPrinted() throws Exception {
        var outcome = run(List.of("sh", "-c", "echo my secret path >&2; exit 3"), 1000, 20);
        assertEquals("the service ended with exit code 3", outcome.fault());
        assertEquals("my secret path", outcome.log());
    }

    @Test
    void onlyTheEndOfALongLogIsKept() throws Exception {
        var outcome =
                run(List.of("sh", "-c", "yes | head -c 1000000; echo the end; exit 1"), 9, 20);
        assertTrue(outcome.log().length() <= 4096);
        assertTrue(outcome.log().endsWith("the end"));
    }

    @Test
    void aProgramThatDoesNotStartIsAFault() throws Exception {
        assertFalse(run(List.of("no-such-program-here"), 1000, 20).succeeded());
    }

    @Test
    void noOutputIsAFault() throws Exception {
        assertEquals("the service wrote no output", run(List.of("true"), 1000, 20).fault());
    }

    @Test
    void tooMuchOutputIsAFaultAtTheEnd() throws Exception {
        var outcome =
                run(List.of("sh", "-c", "head -c 1001 /dev/zero > \"$0\"", "{output}"), 1000, 20);
        assertEquals("the service wrote more than 1000 bytes", outcome.fault());
    }

    @Test
    void aProgramThatFillsTheDiskIsKilled() throws Exception {
        var outcome = run(List.of("sh", "-c", "yes > \"$0\"", "{output}"), 1000, 20);
        assertEquals("the service wrote more than 1000 bytes", outcome.fault());
    }

    @Test
    void aProgramThatTakesTooLongIsKilledWithItsChildren() throws Exception {
        Path pid = directory.resolve("pid");
        String script = "sleep 1000 & echo $! > '" + pid + "'; wait";
        var outcome = run(List.of("sh", "-c", script), 1000, 1);
        assertEquals("the service took longer than 1 s", outcome.fault());
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                .map(ProcessHandle::onExit)
                .ifPresent(CompletableFuture::join);
    }

    private ServiceCommand.Outcome run(List<String> command, long maxBytes, int seconds)
            throws IOException, InterruptedException {
        return new ServiceCommand(command, directory, Duration.ofSeconds(seconds))
                .run(input, output, maxBytes);
    }
}
