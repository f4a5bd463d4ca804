package io.evenhand.demo.delegation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.Output;
import io.evenhand.demo.stage.Party;
import io.evenhand.kit.process.Cost;
import io.evenhand.node.EventSink;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Trouble;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A party of a benchmark that says only what it is asked: of events nothing is printed.
record Quiet(Output output) implements EventSink {
    /// Asks for what the process has cost so far.
    static final String COSTS = "costs";

    private static final Duration LIMIT = Duration.ofMinutes(30);

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

    /// Asks a party what it has cost so far.
    static Map<String, Long> costsOf(Party party) throws InterruptedException, IOException {
        Predicate<JsonNode> answer = line -> line.path("type").asText().equals(COSTS);
        int said = party.heard(answer).size();
        party.tell(COSTS);
        JsonNode _ = party.await(_ -> party.heard(answer).size() > said, LIMIT, "say its costs");
        Map<String, Long> costs = new TreeMap<>();
        party.heard(answer).getLast().properties().stream()
                .filter(field -> field.getValue().isNumber())
                .forEach(field -> costs.put(field.getKey(), field.getValue().longValue()));
        return costs;
    }

    private void costs() {
        Map<String, Long> fields = new LinkedHashMap<>();
        Cost.now().forEach((cost, sum) -> fields.put(cost.name().toLowerCase(Locale.ROOT), sum));
        synchronized (output) {
            output.event(COSTS, fields, COSTS);
        }
    }
}
