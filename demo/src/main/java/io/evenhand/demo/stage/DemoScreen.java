package io.evenhand.demo.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenhand.cli.Output;
import io.evenhand.cli.Screen;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Shows every step as it happens: who sent what to whom, which transaction, how much gas.
public final class DemoScreen {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Output output;
    private final StepText text;
    private final boolean quiet;
    private final Map<String, String> names = new LinkedHashMap<>();

    /// How often each end told of a message, by kind of event and line.
    private final Map<String, Integer> ends = new HashMap<>();

    private final Sequence sequence;

    private final long started = System.nanoTime();

    private boolean ended;

    /// @param quiet show nothing; for many runs in a row
    public DemoScreen(Output output, StepText text, boolean quiet) {
        this.output = output;
        this.text = text;
        this.quiet = quiet;
        this.sequence =
                new Sequence(
                        text.order(), line -> output.say("%6.1f s  %s".formatted(seconds(), line)));
    }

    /// From now on this identity is shown by its name.
    public synchronized void know(String identity, String name) {
        names.put(identity, name);
    }

    public void say(String line) {
        if (!quiet) {
            output.say(line);
        }
    }

    /// What happens outside of the parties.
    public synchronized void aside(String line) {
        if (!quiet && !ended) {
            output.event(
                    "event",
                    Screen.stamped(
                            "info", Map.of("party", "stage", "event", "Direction", "what", line)),
                    "%6.1f s       %s".formatted(seconds(), line));
        }
    }

    public double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    /// What a party said, in words.
    String brief(String party, JsonNode event) {
        String type = event.path("type").asText();
        if (type.equals("trouble") || type.equals("alarm")) {
            return party + ": " + event.path("line").asText();
        }
        if (event.path("event").asText().equals("StateChanged")) {
            return "%s: %s -> %s"
                    .formatted(party, event.path("from").asText(), event.path("to").asText());
        }
        String line = line(party, event).strip();
        return line.isEmpty() ? party + ": " + event : line;
    }

    /// One line of a party.
    synchronized void hear(String party, JsonNode event) {
        String type = event.path("type").asText();
        if (!quiet && (type.equals("trouble") || type.equals("alarm"))) {
            aside(party + ": " + event.path("line").asText());
        }
        if (quiet || ended || !type.equals("event")) {
            return;
        }
        if (output.json()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("party", party);
            event.properties()
                    .forEach(entry -> fields.put(entry.getKey(), plain(entry.getValue())));
            output.event("event", fields, "");
            return;
        }
        String line = line(party, event);
        if (!line.isEmpty() && isNew(event, line)) {
            sequence.add(step(event), line, System.nanoTime());
        }
    }

    /// Nothing more of this run is told: what comes now is the last line.
    public synchronized void end() {
        ended = true;
        sequence.end();
    }

    /// As {@link StepText#order} names it.
    private static String step(JsonNode e) {
        String kind = e.path("kind").asText();
        return switch (e.path("event").asText()) {
            case "MessageSent", "MessageReceived" -> "message " + e.path("name").asText();
            case "JobStarted" -> "began " + e.path("job").asText();
            case "JobEnded" -> "ended " + e.path("job").asText();
            case "StateChanged" -> "state " + e.path("to").asText();
            case "TransactionSent" -> "sent " + kind;
            case "TransactionIncluded" -> "included " + kind;
            case "TransactionFinal" -> "final " + kind;
            default -> "";
        };
    }

    /// A message is shown once, when the first of its two ends tells of it: a sender often learns
    /// that it was taken after its receiver has answered.
    private boolean isNew(JsonNode event, String line) {
        String kind = event.path("event").asText();
        if (!kind.equals("MessageSent") && !kind.equals("MessageReceived")) {
            return true;
        }
        // Only the sender gives a reason.
        String reason = detail(event.path("detail").asText());
        String message = line.substring(0, line.length() - reason.length());
        int told = ends.merge(kind + message, 1, Integer::sum);
        return told > ends.getOrDefault(other(kind) + message, 0);
    }

    private static String other(String kind) {
        return kind.equals("MessageSent") ? "MessageReceived" : "MessageSent";
    }

    private static Object plain(JsonNode value) {
        return JSON.convertValue(value, Object.class);
    }

    private String line(String party, JsonNode e) {
        return switch (e.path("event").asText()) {
            case "MessageSent" -> message(party, name(e, "to"), e);
            case "MessageReceived" -> message(name(e, "from"), party, e);
            case "JobStarted" -> text.started(party, e.path("job").asText());
            case "JobEnded" ->
                    text.ended(party, e.path("job").asText(), e.path("outcome").asText());
            case "TransactionSent" ->
                    "     " + party + " -> chain: " + e.path("kind").asText() + "  " + hash(e);
            case "TransactionIncluded" ->
                    "     chain: %s in block %d, gas %,d"
                            .formatted(
                                    e.path("kind").asText(),
                                    e.path("block").asLong(),
                                    e.path("gasUsed").asLong());
            case "TransactionFinal" -> "     chain: " + e.path("kind").asText() + " is final";
            case "Ignored" ->
                    "     "
                            + party
                            + " refuses "
                            + e.path("what").asText()
                            + ": "
                            + e.path("why").asText();
            case "Cheated" -> "     CHEAT: " + e.path("what").asText();
            case "TransactionFailed" ->
                    "     chain: the contract refuses " + party + "'s " + e.path("kind").asText();
            case "StateChanged" -> text.entered(party, e.path("to").asText());
            case "Ended" ->
                    "     "
                            + party
                            + ": "
                            + e.path("outcome").asText()
                            + detail(e.path("detail").asText());
            default -> "";
        };
    }

    private String name(JsonNode e, String end) {
        return names.getOrDefault(e.path(end).asText(), "?");
    }

    private String message(String from, String to, JsonNode e) {
        return "%-4s %s -> %s: %s"
                .formatted(
                        e.path("step").asText(),
                        from,
                        to,
                        text.message(e.path("name").asText()) + detail(e.path("detail").asText()));
    }

    private static String hash(JsonNode e) {
        return e.path("hash").asText();
    }

    private static String detail(String detail) {
        return detail.isEmpty() ? "" : " (" + detail + ")";
    }
}
