package io.evenhand.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// A command with `--json` that runs beside the test until it ends or is closed, and whose lines
/// can be waited for.
final class Typed implements AutoCloseable {
    private static final Duration LIMIT =
            Duration.ofMinutes(Integer.getInteger("test.limit.minutes", 15));
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> lines = new ArrayList<>();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final Thread thread;
    private boolean over;
    private int exit;

    Typed(Path home, List<String> words) {
        List<String> all = new ArrayList<>(words);
        all.add("--json");
        Shell shell =
                new Shell(
                        new PrintStream(new Lines(), true, StandardCharsets.UTF_8),
                        new PrintStream(errors, true, StandardCharsets.UTF_8),
                        Map.of("EVENHAND_HOME", home.toString()));
        thread = Thread.ofPlatform().name(words.getFirst()).start(() -> run(shell, all));
    }

    private void run(Shell shell, List<String> words) {
        int code = Main.run(shell, words.toArray(String[]::new));
        synchronized (lines) {
            exit = code;
            over = true;
            lines.notifyAll();
        }
    }

    private final class Lines extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int b) {
            if (b != '\n') {
                line.write(b);
                return;
            }
            synchronized (lines) {
                lines.add(read(line.toString(StandardCharsets.UTF_8)));
                lines.notifyAll();
            }
            line.reset();
        }
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    /// The first such line; null if the command ended without one.
    private JsonNode find(Predicate<JsonNode> wanted) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        synchronized (lines) {
            while (true) {
                for (JsonNode line : lines) {
                    if (wanted.test(line)) {
                        return line;
                    }
                }
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (over || left <= 0) {
                    throw new AssertionError("said only " + lines + errors());
                }
                lines.wait(left);
            }
        }
    }

    JsonNode await(Predicate<JsonNode> wanted) throws InterruptedException {
        return find(wanted);
    }

    JsonNode await(String type) throws InterruptedException {
        return find(line -> line.path("type").asText().equals(type));
    }

    int exit() throws InterruptedException {
        thread.join(LIMIT);
        synchronized (lines) {
            if (!over) {
                throw new AssertionError("it goes on: " + lines + errors());
            }
            return exit;
        }
    }

    String said() {
        synchronized (lines) {
            return lines.toString();
        }
    }

    String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
