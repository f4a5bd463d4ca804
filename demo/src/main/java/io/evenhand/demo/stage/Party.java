package io.evenhand.demo.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.kit.process.ChildProcess;
import io.evenhand.kit.process.Loop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// One party of a demo or benchmark: this very program as a process of its own, heard through its
/// `--json` lines.
public final class Party implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// A JVM on a very busy machine takes its time to start.
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);

    private static final List<String> INHERITED =
            List.of(
                    "-XX:+UseSerialGC",
                    "-Xlog:aot*=off",
                    "-Xlog:cds*=off",
                    "-Djava.io.tmpdir=",
                    "-Dorg.sqlite.lib.path=",
                    "-Dorg.sqlite.tmpdir=",
                    "-Dfr.acinq.secp256k1.lib.path=");

    private final String name;
    private final Path home;
    private final Process process;
    private final List<JsonNode> heard = new ArrayList<>();
    private final CompletableFuture<Integer> end = new CompletableFuture<>();

    private Party(String name, Path home, Process process) {
        this.name = name;
        this.home = home;
        this.process = process;
    }

    /// The program that a party runs.
    public enum Entry {
        /// What is installed.
        INSTALLED(io.evenhand.cli.Main.class, Optional.of("evenhand.server.cache")),
        /// The same commands with the demo around them, which may cheat and measure.
        DEMO(io.evenhand.demo.Main.class, Optional.empty());

        private final Class<?> main;
        private final Optional<String> cache;

        /// @param cache property that names its AOT cache, if the launcher found one that fits
        Entry(Class<?> main, Optional<String> cache) {
            this.main = main;
            this.cache = cache;
        }

        private Path code() {
            try {
                return Path.of(main.getProtectionDomain().getCodeSource().getLocation().toURI());
            } catch (URISyntaxException e) {
                throw new IllegalStateException("no place for " + main, e);
            }
        }

        /// From the jar, as the launcher starts it. A test has no jars.
        private List<String> options() {
            Path jar = code();
            if (!Files.isRegularFile(jar)) {
                return List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName());
            }
            List<String> line = new ArrayList<>();
            cache.stream()
                    .flatMap(name -> Stream.ofNullable(System.getProperty(name)))
                    .forEach(file -> line.add("-XX:AOTCache=" + file));
            line.addAll(List.of("-jar", jar.toString()));
            return line;
        }
    }

    /// Starts the program of the demo with a data directory of its own. `listener` gets every line,
    /// on a thread of this party.
    ///
    /// @param options more options of the virtual machine
    public static Party start(
            String name,
            Path home,
            List<String> options,
            BiConsumer<String, JsonNode> listener,
            List<String> command)
            throws IOException {
        return start(Entry.DEMO, name, home, options, listener, command);
    }

    /// The same with another program.
    static Party start(
            Entry entry,
            String name,
            Path home,
            List<String> options,
            BiConsumer<String, JsonNode> listener,
            List<String> command)
            throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(options);
        line.addAll(inherited());
        line.addAll(
                List.of(
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:+DisplayVMOutputToStderr",
                        "-XX:-HeapDumpOnOutOfMemoryError",
                        "-Xmx256m",
                        "-Devenhand.root=" + System.getProperty("evenhand.root", ".")));
        line.addAll(entry.options());
        line.addAll(List.of("--home", home.toString(), "--json"));
        line.addAll(command);
        Process process =
                ChildProcess.startFed(
                        new ProcessBuilder(line)
                                .redirectError(home.resolve("stderr.log").toFile()));
        Party party = new Party(name, home, process);
        Loop.PARTY_OUTPUT.virtual("hear " + name, () -> party.hear(listener)).start();
        return party;
    }

    /// What the launcher found out about this machine. The collector is missing if somebody chose
    /// another, in a variable that every Java reads: two are refused.
    private static List<String> inherited() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> INHERITED.stream().anyMatch(argument::startsWith))
                .toList();
    }

    private void hear(BiConsumer<String, JsonNode> listener) {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("{")) {
                    JsonNode event = JSON.readTree(line);
                    synchronized (heard) {
                        heard.add(event);
                        heard.notifyAll();
                    }
                    listener.accept(name, event);
                }
            }
            end.complete(process.waitFor());
        } catch (IOException | RuntimeException e) {
            end.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end.completeExceptionally(e);
        } finally {
            synchronized (heard) {
                heard.notifyAll();
            }
        }
    }

    /// Writes a line to its standard input.
    public void tell(String line) throws IOException {
        Writer in = process.outputWriter(StandardCharsets.UTF_8);
        in.write(line + "\n");
        in.flush();
    }

    /// The first line, said or yet to be said, that fits.
    public JsonNode await(Predicate<JsonNode> fits, Duration limit, String what)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (heard) {
            while (true) {
                for (JsonNode event : heard) {
                    if (fits.test(event)) {
                        return event;
                    }
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || end.isDone()) {
                    throw new CliException(ExitCode.FAILED, missed("did not " + what));
                }
                heard.wait(Math.max(1, Math.min(100, left / 1_000_000)));
            }
        }
    }

    /// With the last error that the party itself reported, if any.
    private String missed(String what) {
        List<JsonNode> errors = heard(event -> event.path("type").asText().equals("error"));
        String own = errors.isEmpty() ? "" : ": " + errors.getLast().path("message").asText();
        return "the %s %s%s; its errors are in %s"
                .formatted(name, what, own, home.resolve("stderr.log"));
    }

    public boolean saw(Predicate<JsonNode> fits) {
        synchronized (heard) {
            return heard.stream().anyMatch(fits);
        }
    }

    /// Every line so far that fits.
    public List<JsonNode> heard(Predicate<JsonNode> fits) {
        synchronized (heard) {
            return heard.stream().filter(fits).toList();
        }
    }

    /// Whether the process has ended and all its lines are heard; waits a while for that.
    public boolean ended(Duration limit) throws InterruptedException {
        try {
            int _ = end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    /// The line a server prints once it listens.
    public JsonNode listening() throws InterruptedException {
        return await(
                event -> event.path("type").asText().equals("listening"),
                START_LIMIT,
                "start to listen");
    }

    /// Waits for the process to end by itself.
    public int exit(Duration limit) throws InterruptedException {
        try {
            return end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new CliException(ExitCode.FAILED, missed("did not end"), e);
        }
    }

    public boolean running() {
        return process.isAlive();
    }

    public String name() {
        return name;
    }

    public long processId() {
        return process.pid();
    }

    /// Ends the process without a chance to tidy up.
    public void kill() throws InterruptedException {
        ChildProcess.kill(process);
        if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new CliException(ExitCode.FAILED, "the " + name + " survived its killing");
        }
    }

    @Override
    public void close() {
        ChildProcess.stop(process);
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                ChildProcess.kill(process);
            }
        } catch (InterruptedException e) {
            ChildProcess.kill(process);
            Thread.currentThread().interrupt();
        }
    }
}
