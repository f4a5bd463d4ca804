package io.evenhand.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import io.evenhand.simulation.Model;
import io.evenhand.simulation.search.Game;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ExploreCommandTest {
    /// Counts down from a number, and is broken at 0.
    private record Countdown(String name, int from) implements Model.Scenario, Game {
        @Override
        public String about() {
            return "from " + from;
        }

        @Override
        public Game game() {
            return this;
        }

        @Override
        public int width() {
            return 1;
        }

        @Override
        public List<int[]> starts() {
            return List.of(new int[] {from});
        }

        @Override
        public void expand(int[] state, Steps steps) {
            steps.to(new int[] {state[0] - 1}, "less");
        }

        @Override
        public String broken(int[] state) {
            return state[0] == 0 ? "I1: it is over" : "";
        }
    }

    private record Named(String protocol) implements Model {
        @Override
        public List<Countdown> scenarios() {
            return List.of(new Countdown("countdown of " + protocol, 3));
        }

        @Override
        public List<Mutant> mutants() {
            return List.of();
        }

        @Override
        public List<String> bounds() {
            return List.of();
        }
    }

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int explore(String... args) {
        PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
        List<Model> models = List.of(new Named("one"), new Named("another"));
        ExploreCommand command = new ExploreCommand(new Shell(stream, stream, Map.of()), models);
        return new CommandLine(command)
                .setExecutionExceptionHandler((failure, _, _) -> {
                    stream.println(failure.getMessage());
                    return ExitCode.USAGE.code();
                })
                .execute(args);
    }

    private String text() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("a model in the list is found by the name of its protocol")
    void found() {
        assertEquals(ExitCode.FAILED.code(), explore("another", "--seconds", "30"));
        assertTrue(text().contains("BREAKS   countdown of another - I1: it is over"), text());
        assertTrue(text().contains("\n      less\n      less\n      less\n"), text());
    }

    @Test
    @DisplayName("another name is refused with those that there are")
    void unknown() {
        assertEquals(ExitCode.USAGE.code(), explore("third"));
        assertTrue(text().contains("only one, another can be explored, not \"third\""), text());
    }
}
