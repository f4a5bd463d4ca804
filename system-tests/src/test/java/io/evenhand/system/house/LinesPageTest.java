package io.evenhand.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenhand.cli.LineSchema;
import io.evenhand.cli.Protocols;
import io.evenhand.cli.command.CliProtocol;
import io.evenhand.node.NodeEvent;
import io.evenhand.system.whole.Lines;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The page about `--json` says what the schema says. `-Dpages.write=true` writes it.
class LinesPageTest {
    private static final String START = "<!-- the rest is made from the files lines.yaml -->\n";

    private final LineSchema schema = LineSchema.of(Lines.ofProgram());

    @Test
    @DisplayName("the pages list every line and every field")
    void pages() throws IOException {
        Set<String> shared = names(List.of(LineSchema.SHARED));
        page("json-values.md", values());
        page("json.md", lines(name -> shared.contains(name) && !isEvent(name)));
        page("json-events.md", allEvents() + lines(name -> shared.contains(name) && isEvent(name)));
        Set<String> known = new TreeSet<>(shared);
        for (CliProtocol protocol : Protocols.ALL) {
            Set<String> own = names(List.of(LineSchema.SHARED, protocol.lines()));
            own.removeAll(known);
            page("json-of-" + protocol.name() + ".md", lines(own::contains));
            known.addAll(own);
        }
        page("json-of-the-demo.md", lines(name -> !known.contains(name)));
    }

    private static Set<String> names(List<URL> files) {
        return new TreeSet<>(LineSchema.of(files).lines().keySet());
    }

    private static boolean isEvent(String name) {
        return name.startsWith("event ");
    }

    private static void page(String name, String rest) throws IOException {
        Path file = SourceTree.root().resolve("docs/reference").resolve(name);
        String page = Files.readString(file);
        String wanted = page.substring(0, page.indexOf(START) + START.length()) + rest;
        if (Boolean.getBoolean("pages.write")) {
            Files.writeString(file, wanted);
        }
        assertEquals(wanted, Files.readString(file), "run it with -Dpages.write=true");
    }

    private String values() {
        String rows =
                schema.values().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e ->
                                "| %s | %s | %s |%n"
                                        .formatted(
                                                e.getKey(),
                                                e.getValue().path("description").asText(),
                                                form(e.getValue())))
                        .collect(Collectors.joining());
        return "\n## Forms of values\n\n| name | what it is | in the schema |\n|---|---|---|\n"
                + rows;
    }

    private static String form(JsonNode value) {
        String pattern = value.path("pattern").asText();
        if (!pattern.isEmpty()) {
            return "`" + pattern.replace("|", "\\|") + "`";
        }
        if (value.has("enum")) {
            return choice(value);
        }
        return value.path("type").asText();
    }

    private static String choice(JsonNode value) {
        return value.path("enum")
                .valueStream()
                .map(each -> "`" + each.asText() + "`")
                .collect(Collectors.joining(", "));
    }

    private String allEvents() {
        return "\nEach has\n\n" + fields(schema.event(), Set.of());
    }

    private String lines(Predicate<String> shown) {
        StringBuilder text = new StringBuilder();
        schema.lines().entrySet().stream()
                .filter(line -> shown.test(line.getKey()))
                .forEach(line -> {
                    String name = line.getKey();
                    Set<String> known = isEvent(name) ? schema.event().fields().keySet() : Set.of();
                    text.append("\n## ").append(name).append('\n');
                    for (LineSchema.Form form : line.getValue()) {
                        text.append('\n').append(form.about());
                        text.append(
                                whoseFormIs(form, name)
                                        .map(same -> " As `" + same + "`.\n")
                                        .orElseGet(() -> "\n\n" + fields(form, known)));
                    }
                });
        return text.toString();
    }

    /// Another line that has this form and no other: it is told there.
    private Optional<String> whoseFormIs(LineSchema.Form form, String name) {
        return schema.lines().entrySet().stream()
                .filter(other -> !other.getKey().equals(name))
                .filter(other -> other.getValue().equals(List.of(form)))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /// As a list, one field a line.
    private static String fields(LineSchema.Form form, Set<String> known) {
        return form.fields().entrySet().stream()
                .filter(field -> !known.contains(field.getKey()))
                .map(field -> "* " + field(form, field.getKey(), field.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    private static String field(LineSchema.Form form, String name, JsonNode value) {
        String kind =
                value.has("is")
                        ? value.path("is").asText()
                        : value.has("enum")
                                ? choice(value)
                                : value.has("const")
                                        ? "`" + value.path("const").asText() + "`"
                                        : value.path("type").asText();
        String about = value.path("about").asText();
        return "`%s`%s: %s%s"
                .formatted(
                        name,
                        form.optional().contains(name) ? ", if there is one" : "",
                        kind,
                        about.isEmpty() ? "" : "; " + about);
    }

    @Test
    @DisplayName("every event of a node has its line, with its own components as fields")
    void events() {
        Set<String> wanted = new TreeSet<>();
        events(NodeEvent.class)
                .forEach(event -> {
                    wanted.add("event " + event.getSimpleName());
                    Set<String> fields =
                            Arrays.stream(event.getRecordComponents())
                                    .map(RecordComponent::getName)
                                    .filter(name -> !name.equals("session"))
                                    .collect(Collectors.toCollection(TreeSet::new));
                    fields.addAll(Set.of("time", "level", "role", "exchange", "party"));
                    LineSchema.Form form =
                            schema.lines()
                                    .getOrDefault("event " + event.getSimpleName(), List.of())
                                    .getFirst();
                    assertEquals(
                            fields, new TreeSet<>(form.fields().keySet()), event.getSimpleName());
                });
        assertTrue(schema.lines().keySet().containsAll(wanted), wanted::toString);
    }

    private static Stream<Class<?>> events(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(LinesPageTest::events);
    }

    @Test
    @DisplayName("a line with a field too many, one too few, or a value of another form is refused")
    void refused() throws IOException {
        String good = "{\"type\":\"summary\",\"command\":\"list\",\"exchanges\":1}";
        assertEquals(List.of(), faults(good));
        for (String bad :
                List.of(
                        good.replace("1}", "1,\"more\":1}"),
                        good.replace(",\"exchanges\":1", ""),
                        good.replace(":1}", ":\"1\"}"),
                        good.replace("\"list\"", "\"lost\""),
                        good.replace("\"summary\"", "\"sum\""),
                        "{\"type\":\"history\",\"at\":1700000000,\"text\":\"x\"}",
                        "{\"type\":\"history\",\"at\":\"2026-01-01\",\"text\":\"x\"}")) {
            assertFalse(faults(bad).isEmpty(), bad);
        }
    }

    private static List<String> faults(String line) throws IOException {
        return Lines.faults(new ObjectMapper().readTree(line));
    }
}
