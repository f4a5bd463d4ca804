package io.evenhand.system.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenhand.kit.process.ChildProcess;
import io.evenhand.system.house.SourceTree;
import io.evenhand.system.whole.Lines;
import io.evenhand.system.whole.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// One process of `./evenhand --json`, with the lines it has printed so far.
final class Cli implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// A loaded machine starts a JVM in seconds.
    private static final Duration LIMIT = Program.LIMIT;

    private final String name;
    private final Process process;
    private final Path errors;
    private final List<JsonNode> lines = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private boolean ended;

    private Cli(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
    }

    /// Starts the launcher of this source tree with the given data directory.
    static Cli start(Path home, String... arguments) throws IOException {
        return startWith("", home, arguments);
    }

    /// The same with a line on the standard input.
    static Cli startWith(String input, Path home, String... arguments) throws IOException {
        return startIn(Map.of(), input, home, arguments);
    }

    /// The same with more variables in its environment.
    static Cli startIn(
            Map<String, String> environment, String input, Path home, String... arguments)
            throws IOException {
        return startBehind(List.of(), environment, input, home, arguments);
    }

    /// The same behind a command that becomes the launcher.
    static Cli startBehind(
            List<String> front,
            Map<String, String> environment,
            String input,
            Path home,
            String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(front);
        command.add(SourceTree.root().resolve("evenhand").toString());
        command.addAll(List.of("--json", "--home", home.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        // The build that runs this test has just made what the launcher runs.
        builder.environment().put("EVENHAND_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        builder.directory(home.toFile().getParentFile());
        return launch(arguments[0], builder, input);
    }

    /// Any command that prints lines of JSON.
    static Cli launch(String name, ProcessBuilder builder, String input) throws IOException {
        Path errors = Files.createTempFile("evenhand-test", ".err");
        Path line = Files.writeString(Files.createTempFile("evenhand-test", ".in"), input);
        Process process = ChildProcess.start(builder.redirectError(errors.toFile()), line);
        Cli cli = new Cli(name, process, errors);
        Thread.ofVirtual().start(cli::read);
        return cli;
    }

    private void read() {
        try (BufferedReader in = process.inputReader()) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                add(JSON.readTree(line));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(name + " printed something that is not JSON", e);
        } catch (IOException e) {
            // The stream ends in the middle of a line when the process is killed.
        } finally {
            end();
        }
    }

    private synchronized void add(JsonNode line) {
        lines.add(line);
        faults.addAll(Lines.faults(line));
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /// Waits for a line.
    synchronized JsonNode await(String what, Predicate<JsonNode> wanted) throws Exception {
        long until = System.nanoTime() + LIMIT.toNanos();
        int seen = 0;
        while (true) {
            for (; seen < lines.size(); seen++) {
                if (wanted.test(lines.get(seen))) {
                    return lines.get(seen);
                }
            }
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (ended || left <= 0) {
                throw new AssertionError(
                        name + " did not " + what + ": " + lines + Files.readString(errors));
            }
            wait(left);
        }
    }

    JsonNode listening() throws Exception {
        return await("listen", line -> line.path("type").asText().equals("listening"));
    }

    JsonNode state(String state) throws Exception {
        return await(
                "reach " + state,
                line ->
                        line.path("event").asText().equals("StateChanged")
                                && line.path("to").asText().equals(state));
    }

    JsonNode summary() throws Exception {
        return await("end", line -> line.path("type").asText().equals("summary"));
    }

    int exit() throws InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(name + " does not end");
        }
        return process.exitValue();
    }

    /// Everything it printed so far, on both streams.
    synchronized String printed() throws IOException {
        return lines + errors();
    }

    long processId() {
        return process.pid();
    }

    String errors() throws IOException {
        return Files.readString(errors);
    }

    /// SIGKILL: nothing is said, flushed or closed.
    void kill() throws InterruptedException {
        ChildProcess.kill(process);
        int _ = exit();
    }

    /// SIGTERM, as Ctrl-C or an init system sends it.
    void stop() throws InterruptedException {
        ChildProcess.stop(process);
        int _ = exit();
    }

    @Override
    public void close() throws IOException {
        ChildProcess.kill(process);
        Files.deleteIfExists(errors);
        synchronized (this) {
            if (!faults.isEmpty()) {
                throw new AssertionError(name + " said what its schema does not allow: " + faults);
            }
        }
    }
}
