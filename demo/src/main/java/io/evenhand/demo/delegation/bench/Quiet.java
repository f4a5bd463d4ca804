package io.evenhand.demo.delegation.bench;

import io.evenhand.cli.Output;
import io.evenhand.kit.process.Cost;
import io.evenhand.node.EventSink;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Trouble;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// A party of a benchmark that says only what it is asked: of events nothing is printed.
record Quiet(Output output) implements EventSink {
    /// Asks for what the process has cost so far.
    static final String COSTS = "costs";

    @Override
    public void on(NodeEvent event) {}

    @Override
    public void trouble(Trouble kind, String line) {
        synchronized (output) {
            output.note(line);
        }
    }

    /// Reads its standard input to the end. Whatever does not ask for the costs is given on.
    void answer(Consumer<String> other) {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(COSTS)) {
                    costs();
                } else {
                    other.accept(line);
                }
            }
        } catch (IOException e) {
            trouble(e.toString());
        }
    }

    private void costs() {
        Map<String, Long> fields = new LinkedHashMap<>();
        Cost.now().forEach((cost, sum) -> fields.put(cost.name().toLowerCase(Locale.ROOT), sum));
        synchronized (output) {
            output.event(COSTS, fields, COSTS);
        }
    }
}
