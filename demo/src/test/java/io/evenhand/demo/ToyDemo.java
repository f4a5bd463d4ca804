package io.evenhand.demo;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.LineSchema;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.demo.command.CheatRow;
import io.evenhand.demo.command.DemoOptions;
import io.evenhand.demo.command.DemoProtocol;
import io.evenhand.demo.command.DemoResult;
import io.evenhand.demo.command.DemoRun;
import io.evenhand.demo.command.GasRow;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/// A second protocol, which is over at once.
///
/// @param hooks what it puts around its parties
record ToyDemo(String name, PartyHooks hooks) implements DemoProtocol {
    ToyDemo() {
        this("toy", PartyHooks.NONE);
    }

    @Override
    public List<String> about() {
        return List.of("Play with nobody.");
    }

    @Override
    public List<CheatRow> cheats() {
        return List.of(
                new CheatRow(
                        "breaks-it",
                        "customer",
                        "it is broken",
                        "its warranty",
                        List.of("broken")));
    }

    @Override
    public List<CheatRow> limits() {
        return List.of();
    }

    @Override
    public DemoRun prepare(DemoOptions options, Optional<String> cheat) {
        return new DemoRun() {
            @Override
            public DemoResult play() {
                String outcome = cheat.isPresent() ? "broken" : "played";
                Map<String, Object> fields = Map.of("protocol", "toy", "outcome", outcome);
                return new DemoResult(
                        outcome, true, List.of("a crack"), Optional.empty(), fields, outcome);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public List<Callable<Integer>> benches(Shell shell) {
        return List.of(new Spin(shell));
    }

    @Override
    public Optional<GasRow> gas(Consumer<GasRow> rows) {
        rows.accept(new GasRow("toyPush", "push", 5));
        return Optional.of(new GasRow("toyAll", "toys", 7));
    }

    @Command(name = "spin", description = "Spin it.")
    private static final class Spin implements Callable<Integer> {
        private final Shell shell;

        private Spin(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            shell.output().summary(Map.of("turns", 3), "3 turns");
            return ExitCode.OK.code();
        }
    }

    @Override
    public URL lines() {
        return LineSchema.file(Main.class);
    }
}
