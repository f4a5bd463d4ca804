package io.evenhand.system.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A party of a yard: one data directory, and one process after the other that works with it.
final class Actor implements AutoCloseable {
    private final String name;
    private final Path home;
    private final String javaOptions;
    private final Board board;
    private final List<Program> lives = new ArrayList<>();
    private Map<String, String> environment = Map.of();

    Actor(String name, Path home, String javaOptions, Board board) {
        this.name = name;
        this.home = home;
        this.javaOptions = javaOptions;
        this.board = board;
    }

    String name() {
        return name;
    }

    Path home() {
        return home;
    }

    /// Every process from now on gets these variables too.
    synchronized void under(Map<String, String> variables) {
        environment = Map.copyOf(variables);
    }

    /// Starts a command; its lines go to the board.
    synchronized Program start(String moreOptions, List<String> command) throws IOException {
        List<String> words = new ArrayList<>(List.of("--home", home.toString()));
        words.addAll(command);
        Program program =
                Program.start(environment, javaOptions + " " + moreOptions, words, this::hear);
        lives.add(program);
        return program;
    }

    private void hear(JsonNode line) {
        board.add(name, line);
    }

    /// The newest process.
    synchronized Program program() {
        return lives.getLast();
    }

    @Override
    public synchronized void close() throws IOException {
        for (Program life : lives) {
            if (life.runs()) {
                try {
                    life.kill();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            life.close();
        }
    }
}
