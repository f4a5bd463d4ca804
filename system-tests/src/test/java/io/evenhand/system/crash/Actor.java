package io.evenhand.system.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A party of a testbed: one data directory, and one process after the other that works with it.
public final class Actor implements AutoCloseable {
    /// How a party's processes are started.
    public interface Launcher {
        Program start(
                Map<String, String> environment,
                String javaOptions,
                List<String> command,
                Consumer<JsonNode> listener)
                throws IOException;
    }

    /// For processes that live for seconds: compiling for speed would take longer than they run.
    private static final String JAVA = "-XX:TieredStopAtLevel=1";

    private final String name;
    private final Path home;
    private final Launcher launcher;
    private final ProcessLog log;
    private final List<Program> lives = new ArrayList<>();
    private Map<String, String> environment = Map.of();

    Actor(String name, Path home, Launcher launcher, ProcessLog log) {
        this.name = name;
        this.home = home;
        this.launcher = launcher;
        this.log = log;
    }

    String name() {
        return name;
    }

    public Path home() {
        return home;
    }

    NodeKeys keys() {
        return NodeKeys.load(DataDirectory.identityFile(home), Optional.empty());
    }

    /// The account of its wallet.
    public Address account() {
        return new Wallet(keys().wallet()).address();
    }

    /// Every process from now on gets these variables too.
    synchronized void under(Map<String, String> variables) {
        environment = Map.copyOf(variables);
    }

    /// Starts a command; its lines go to the log.
    public synchronized Program start(String moreOptions, List<String> command) throws IOException {
        List<String> words = new ArrayList<>(List.of("--home", home.toString()));
        words.addAll(command);
        Program program = launcher.start(environment, JAVA + " " + moreOptions, words, this::hear);
        lives.add(program);
        return program;
    }

    private void hear(JsonNode line) {
        log.add(name, line);
    }

    /// The newest process.
    public synchronized Program program() {
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
