package io.evenhand.demo;

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

/// A protocol in which nobody cheats and nothing goes to a chain.
record BareDemo() implements DemoProtocol {
    @Override
    public String name() {
        return "bare";
    }

    @Override
    public List<String> about() {
        return List.of("Say hello.");
    }

    @Override
    public List<CheatRow> cheats() {
        return List.of();
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
                return new DemoResult(
                        "greeted", true, List.of(), Optional.empty(), Map.of(), "greeted");
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public PartyHooks hooks() {
        return PartyHooks.NONE;
    }

    @Override
    public List<Callable<Integer>> benches(Shell shell) {
        return List.of();
    }

    @Override
    public Optional<GasRow> gas(Consumer<GasRow> rows) {
        return Optional.empty();
    }

    @Override
    public URL lines() {
        return LineSchema.file(Main.class);
    }
}
