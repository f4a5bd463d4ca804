package io.evenhand.demo.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenhand.cli.Output;
import java.util.LinkedHashMap;
import java.util.Map;

/// Shows every step of the paper as it happens: who sent what to whom, which transaction, how much
/// gas.
public final class DemoScreen {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Output output;
    private final boolean quiet;
    private final Map<String, String> names = new LinkedHashMap<>();
    private final long started = System.nanoTime();

    /// @param quiet show nothing; for many runs in a row
    public DemoScreen(Output output, boolean quiet) {
        this.output = output;
        this.quiet = quiet;
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
    public void aside(String line) {
        if (!quiet) {
            output.event(
                    "event",
                    Map.of("party", "stage", "event", "Direction", "what", line),
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
        if (quiet || !type.equals("event")) {
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
        if (!line.isEmpty()) {
            output.say("%6.1f s  %s".formatted(seconds(), line));
        }
    }

    private static Object plain(JsonNode value) {
        return JSON.convertValue(value, Object.class);
    }

    private String line(String party, JsonNode e) {
        return switch (e.path("event").asText()) {
            case "MessageSent" -> message(party, e);
            case "JobStarted" -> job(party, e.path("job").asText());
            case "JobEnded" -> ended(party, e);
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
            case "StateChanged" -> state(party, e.path("to").asText());
            case "Ended" ->
                    "     "
                            + party
                            + ": "
                            + e.path("outcome").asText()
                            + detail(e.path("detail").asText());
            default -> "";
        };
    }

    private String message(String party, JsonNode e) {
        String to = names.getOrDefault(e.path("to").asText(), "?");
        return "%-4s %s -> %s: %s"
                .formatted(
                        e.path("step").asText(),
                        party,
                        to,
                        about(e.path("name").asText()) + detail(e.path("detail").asText()));
    }

    private static String about(String name) {
        return switch (name) {
            case "AskStampKey" -> "asks for a stamp key";
            case "StampKeyMade" -> "stamp key pk_c, made inside, with evidence";
            case "Offer" -> "Offer (paper 0): order, wage, deadlines, policy";
            case "Accept" -> "Accept: Terms signed, proof of pk_sp";
            case "Provision" -> "Provision (paper 1, 2): policy, hidden labels, psk";
            case "Ready" -> "Ready: all as committed";
            case "Start" -> "Start (paper 2): customer's signature, Ready, psk";
            case "Try" -> "Try (paper 5): the work and the seed";
            case "Verdict" -> "Verdict";
            case "Deliver" -> "Deliver (paper 6): sealed work and stamp";
            case "Ack" -> "Ack (paper 7): every byte is here and as stamped";
            case "Refuse" -> "says no";
            case "Funded" -> "Funded (paper 8): the deal and its fields";
            default -> name;
        };
    }

    private static String job(String party, String job) {
        return switch (job) {
            case "DoWork" -> "     " + party + " works (paper 3) ...";
            case "Judge" -> "     " + party + " judges the work against the hidden labels ...";
            default -> "";
        };
    }

    private static String ended(String party, JsonNode e) {
        String outcome = e.path("outcome").asText();
        return switch (e.path("job").asText()) {
            case "Judge" -> "     " + party + ": policy " + outcome;
            case "SealWork" ->
                    "T6   "
                            + party
                            + " sealed the work itself and compares with the stamp (paper 4, D1)";
            case "FetchWork" -> "T7   " + party + " holds every chunk, verified and flushed (D16)";
            case "OpenWork" ->
                    "T12  "
                            + party
                            + " opens the work with the published key (paper 11): "
                            + outcome;
            default -> "";
        };
    }

    private static String state(String party, String to) {
        return switch (to) {
            case "Confirming" ->
                    "T10  "
                            + party
                            + " checks the deposit (paper 9) and waits until it is final (D10)";
            case "Revealing" -> "T11  " + party + " shows its key (paper 10)";
            case "Refunding" -> "T13  " + party + " takes the wage back";
            default -> "";
        };
    }

    private static String hash(JsonNode e) {
        return e.path("hash").asText();
    }

    private static String detail(String detail) {
        return detail.isEmpty() ? "" : " (" + detail + ")";
    }
}
