package io.evenhand.system.whole;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenhand.kit.process.ChildProcess;
import io.evenhand.kit.value.Wei;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A running `./evenhand ... --json`, heard line by line. The launcher becomes the Java process, so
/// killing the one kills the other.
public final class Program implements AutoCloseable {
    /// A whole exchange takes some ten seconds; a busy machine makes that a minute.
    public static final Duration LIMIT =
            Duration.ofMinutes(Integer.getInteger("test.limit.minutes", 15));

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration STOP_LIMIT = LIMIT;

    private final String command;
    private final Path errors;
    private final Process process;
    private final List<JsonNode> heard = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private boolean over;

    private Program(String command, Path errors, Process process) {
        this.command = command;
        this.errors = errors;
        this.process = process;
    }

    /// The directory of the launcher.
    public static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(at.resolve("evenhand"))) {
            at = at.getParent();
            if (at == null) {
                throw new IllegalStateException("the tests run outside of the source tree");
            }
        }
        return at;
    }

    public static Program start(String javaOptions, List<String> words) throws IOException {
        return start(javaOptions, words, _ -> {});
    }

    /// The same, and `listener` gets every line, on a thread of this program.
    public static Program start(String javaOptions, List<String> words, Consumer<JsonNode> listener)
            throws IOException {
        return start(Map.of(), javaOptions, words, listener);
    }

    /// The same with more variables of the environment.
    public static Program start(
            Map<String, String> environment,
            String javaOptions,
            List<String> words,
            Consumer<JsonNode> listener)
            throws IOException {
        List<String> line = new ArrayList<>();
        line.add(root().resolve("evenhand").toString());
        line.add("--json");
        line.addAll(words);
        Map<String, String> variables = new HashMap<>(environment);
        // What Maven built is what is tested.
        variables.put("EVENHAND_NO_BUILD", "1");
        variables.put("EVENHAND_JAVA_OPTS", javaOptions);
        return start(line, variables, words, listener);
    }

    /// The same with another main class of this process's own class path, which no launcher knows.
    public static Program start(
            Class<?> main, String javaOptions, List<String> words, Consumer<JsonNode> listener)
            throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx256m"));
        line.addAll(List.of(javaOptions.strip().split(" +")));
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        line.add("--json");
        line.addAll(words);
        return start(line, Map.of(), words, listener);
    }

    private static Program start(
            List<String> line,
            Map<String, String> variables,
            List<String> words,
            Consumer<JsonNode> listener)
            throws IOException {
        Path errors = Files.createTempFile("evenhand-errors", ".log");
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(errors.toFile());
        builder.environment().putAll(variables);
        Program program = new Program(String.join(" ", words), errors, ChildProcess.start(builder));
        Thread.ofVirtual().name("hear " + words.getFirst()).start(() -> program.hear(listener));
        return program;
    }

    /// Runs a command to its end.
    public static Result run(String... words) throws IOException, InterruptedException {
        try (Program program = start("", List.of(words))) {
            return new Result(program.exit(LIMIT), program.lines());
        }
    }

    /// An amount that was said, or how somebody's coins changed.
    static BigInteger wei(JsonNode said) {
        String text = said.asText();
        BigInteger amount = Wei.parse(text.replaceFirst("^[+-]", "")).value();
        return text.startsWith("-") ? amount.negate() : amount;
    }

    /// How a command ended and all that it said.
    public record Result(int exit, List<JsonNode> lines) {
        public JsonNode last() {
            return lines.getLast();
        }
    }

    private void hear(Consumer<JsonNode> listener) {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode node = JSON.readTree(line);
                List<String> wrong = Lines.faults(node);
                synchronized (heard) {
                    heard.add(node);
                    faults.addAll(wrong);
                    heard.notifyAll();
                }
                listener.accept(node);
            }
        } catch (IOException e) {
            // The stream ends in the middle of a line when the process is killed.
        } finally {
            synchronized (heard) {
                over = true;
                heard.notifyAll();
            }
        }
    }

    public List<JsonNode> lines() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }

    /// The first line, said or yet to be said, that fits.
    public JsonNode await(String what, Predicate<JsonNode> fits) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        int seen = 0;
        synchronized (heard) {
            while (true) {
                for (; seen < heard.size(); seen++) {
                    if (fits.test(heard.get(seen))) {
                        return heard.get(seen);
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (over || left <= 0) {
                    throw new AssertionError(
                            command
                                    + (over ? " ended" : " waits")
                                    + " without "
                                    + what
                                    + trouble());
                }
                heard.wait(left);
            }
        }
    }

    public JsonNode listening() throws InterruptedException {
        return await("listening", line -> line.path("type").asText().equals("listening"));
    }

    /// Waits until it listens or has ended; whether it listens.
    public boolean comesUp() throws InterruptedException {
        try {
            return listening().isObject();
        } catch (AssertionError e) {
            synchronized (heard) {
                if (over) {
                    return false;
                }
            }
            throw e;
        }
    }

    /// Waits until the process ended by itself and its last line was heard.
    public int exit(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(command + " did not end" + trouble());
        }
        synchronized (heard) {
            while (!over) {
                heard.wait();
            }
        }
        return process.exitValue();
    }

    /// Ends the process without a chance to tidy up, as a power cut does.
    public void kill() throws InterruptedException {
        ChildProcess.kill(process);
        if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(command + " survived its killing");
        }
    }

    /// Everything that was started below it and still runs.
    public List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /// Whether the process is still there.
    public boolean runs() {
        return process.isAlive();
    }

    public long processId() {
        return process.pid();
    }

    /// Tells the process to end, as Ctrl-C (`INT`) or an init system (`TERM`) does.
    public void signal(String name) throws IOException, InterruptedException {
        int _ =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
    }

    /// What it has said on its standard error.
    public String errors() throws IOException {
        return Files.readString(errors);
    }

    /// What the process complained about, and where its story ended.
    public String trouble() {
        List<JsonNode> lines = lines();
        String last = lines.isEmpty() ? "nothing said" : lines.getLast().toString();
        try {
            return "\nlast line: " + last + "\nerrors: " + Files.readString(errors);
        } catch (IOException e) {
            return "\nlast line: " + last;
        }
    }

    @Override
    public void close() throws IOException {
        ChildProcess.stop(process);
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                ChildProcess.kill(process);
            }
        } catch (InterruptedException e) {
            ChildProcess.kill(process);
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(errors);
        synchronized (heard) {
            if (!faults.isEmpty()) {
                throw new AssertionError(
                        command + " said what its schema does not allow: " + faults);
            }
        }
    }
}
