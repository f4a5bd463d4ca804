package io.evenhand.cli.evidence;

import io.evenhand.kit.evidence.Finding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// A reading as JSON objects; `docs/reference/json.md` describes them.
public final class JsonForm {
    /// Digits of an exchange that people see.
    private static final int BRIEF = 8;

    private JsonForm() {}

    /// Every object but the summary, with its type.
    public static void events(Reading reading, BiConsumer<String, Map<String, Object>> out) {
        for (Reading.Source source : reading.sources()) {
            Map<String, Object> file = new LinkedHashMap<>();
            file.put("file", source.name());
            file.put("sha256", source.sha256().toString());
            source.keeper().ifPresent(keeper -> file.put("keeper", keeper.toString()));
            out.accept("bundle", file);
        }
        for (Reading.Exchange exchange : reading.exchanges()) {
            exchange.conclusion()
                    .findings()
                    .forEach(finding -> out.accept("claim", fields(exchange, finding)));
            exchange.denied()
                    .forEach(finding -> {
                        Map<String, Object> denied = fields(exchange, finding);
                        denied.put("chain", "denied");
                        out.accept("denied", denied);
                    });
            exchange.chain()
                    .ifPresent(chain -> {
                        chain.faults()
                                .forEach(fault ->
                                        out.accept("fault", line(exchange, "fault", fault)));
                        chain.notes()
                                .forEach(note ->
                                        out.accept("note", line(exchange, "sentence", note)));
                    });
            exchange.conclusion()
                    .notProven()
                    .forEach(gap -> out.accept("notProven", line(exchange, "sentence", gap)));
            exchange.assumptions()
                    .forEach(one -> out.accept("assumption", line(exchange, "sentence", one)));
            Map<String, Object> identifiers = line(exchange, "outcome", outcome(exchange));
            identifiers.put("summary", exchange.conclusion().summary());
            identifiers.put("identifiers", exchange.report().identifiers());
            out.accept("conclusion", identifiers);
        }
    }

    private static Map<String, Object> fields(Reading.Exchange exchange, Finding finding) {
        Map<String, Object> fields = line(exchange, "kind", finding.kind().name());
        fields.put("sentence", finding.sentence());
        fields.put("basis", finding.basis());
        fields.put("provided", finding.provided());
        fields.put("blame", finding.blame());
        if (finding.seen().isPresent()) {
            fields.put(
                    "chain", exchange.confirmation(finding).isPresent() ? "confirmed" : "unasked");
        }
        return fields;
    }

    private static Map<String, Object> line(Reading.Exchange exchange, String name, Object value) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("exchange", exchange.conclusion().exchange().toString());
        fields.put("xid", xid(exchange));
        fields.put(name, value);
        return fields;
    }

    private static String xid(Reading.Exchange exchange) {
        return exchange.conclusion().xid().map(Object::toString).orElse("");
    }

    private static String outcome(Reading.Exchange exchange) {
        return exchange.conclusion().outcome().name().toLowerCase(java.util.Locale.ROOT);
    }

    /// The last object: the first exchange, and whether all holds.
    public static Map<String, Object> summary(Reading reading) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (!reading.exchanges().isEmpty()) {
            Reading.Exchange exchange = reading.exchanges().getFirst();
            fields.put("exchange", exchange.conclusion().exchange().toString());
            fields.put("xid", xid(exchange));
            fields.put("keeper", exchange.conclusion().keeper().toString());
            fields.put(
                    "proved",
                    exchange.conclusion().findings().stream().map(c -> c.kind().name()).toList());
            fields.put("outcome", outcome(exchange));
            fields.put("blame", exchange.blame());
        }
        fields.put("exchanges", reading.exchanges().size());
        fields.put("chainChecked", reading.chainChecked());
        reading.refused().ifPresent(why -> fields.put("refused", why));
        fields.put("valid", reading.valid());
        return fields;
    }

    /// The closing line for people.
    public static String closing(Reading reading) {
        if (reading.refused().isPresent()) {
            return "REFUSED: " + Plain.shown(reading.refused().get());
        }
        List<String> exchanges =
                reading.exchanges().stream()
                        .map(exchange ->
                                "exchange "
                                        + exchange.conclusion()
                                                .exchange()
                                                .toString()
                                                .substring(0, BRIEF)
                                        + (xid(exchange).isEmpty() ? ", without Terms" : "")
                                        + ", kept by "
                                        + exchange.conclusion().keeper())
                        .toList();
        return (reading.valid() ? "valid" : "NOT VALID") + ": " + String.join("; ", exchanges);
    }
}
