package io.evenhand.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the lines of `--json` may hold, read from the `lines.yaml` of the shared commands and of
/// each protocol, and written as one JSON Schema.
public final class LineSchema {
    /// The lines of the commands that all protocols share.
    public static final URL SHARED = file(LineSchema.class);

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String EVENT = "event";
    private static final String SUMMARY = "summary";

    /// One form of a line.
    ///
    /// @param fields as in the file
    /// @param optional names of those that may be left out
    /// @param others what every other field must be, if others are allowed
    public record Form(
            String about,
            Map<String, JsonNode> fields,
            Set<String> optional,
            Optional<JsonNode> others) {
        private Form with(Form more) {
            Map<String, JsonNode> all = new LinkedHashMap<>(fields);
            more.fields.forEach((field, value) -> {
                if (!value.equals(all.getOrDefault(field, value))) {
                    throw new IllegalStateException(field + " has two forms in one line");
                }
                all.put(field, value);
            });
            Set<String> may = new LinkedHashSet<>(optional);
            may.addAll(more.optional);
            return new Form(
                    more.about.isEmpty() ? about : more.about,
                    all,
                    may,
                    others.or(() -> more.others));
        }
    }

    private final Map<String, JsonNode> values = new LinkedHashMap<>();
    private final Map<String, List<JsonNode>> written = new LinkedHashMap<>();
    private final Map<String, Form> adds = new LinkedHashMap<>();

    private LineSchema() {}

    /// The lines that a class's package brings: `lines.yaml` beside it.
    public static URL file(Class<?> beside) {
        URL file = beside.getResource("lines.yaml");
        if (file == null) {
            throw new IllegalStateException("no lines.yaml beside " + beside);
        }
        return file;
    }

    public static LineSchema of(List<URL> files) {
        LineSchema schema = new LineSchema();
        try {
            for (URL file : files) {
                try (InputStream in = file.openStream()) {
                    schema.add(YAML.readTree(in));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return schema;
    }

    private void add(JsonNode file) {
        file.path("values")
                .properties()
                .forEach(each -> values.put(each.getKey(), each.getValue()));
        file.path("lines")
                .properties()
                .forEach(each -> {
                    List<JsonNode> forms =
                            written.computeIfAbsent(each.getKey(), _ -> new ArrayList<>());
                    if (each.getValue().isArray()) {
                        each.getValue().forEach(forms::add);
                    } else {
                        forms.add(each.getValue());
                    }
                });
        file.path("adds")
                .properties()
                .forEach(each -> {
                    Map<String, JsonNode> fields = fields(each.getValue());
                    Form form = new Form("", fields, fields.keySet(), Optional.empty());
                    adds.merge(each.getKey(), form, Form::with);
                });
    }

    private static Map<String, JsonNode> fields(JsonNode object) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        object.properties().forEach(each -> fields.put(each.getKey(), each.getValue()));
        return fields;
    }

    /// Every line, each with its forms, in the order of the files.
    public Map<String, List<Form>> lines() {
        Map<String, List<Form>> lines = new LinkedHashMap<>();
        written.keySet().stream()
                .filter(name -> !name.equals(EVENT))
                .forEach(name -> lines.put(name, forms(name)));
        return lines;
    }

    /// What all lines of type `event` have.
    public Form event() {
        return forms(EVENT).getFirst();
    }

    private List<Form> forms(String name) {
        List<Form> forms = new ArrayList<>();
        for (JsonNode each : written.getOrDefault(name, List.of())) {
            for (Form base : bases(name, each)) {
                Form form = base.with(read(each));
                forms.add(adds.containsKey(name) ? added(form, adds.get(name)) : form);
            }
        }
        return forms;
    }

    private static Form added(Form form, Form more) {
        Form all = form.with(more);
        return new Form(form.about, all.fields, all.optional, all.others);
    }

    private List<Form> bases(String name, JsonNode form) {
        if (form.has("like")) {
            return forms(form.path("like").asText());
        }
        if (name.startsWith(EVENT + " ")) {
            return forms(EVENT);
        }
        return List.of(new Form("", Map.of(), Set.of(), Optional.empty()));
    }

    private static Form read(JsonNode form) {
        Set<String> optional = new LinkedHashSet<>();
        form.path("optional").forEach(field -> optional.add(field.asText()));
        return new Form(
                form.path("about").asText(),
                fields(form.path("fields")),
                optional,
                Optional.ofNullable(form.get("others")));
    }

    /// The forms that fields refer to, by name.
    public Map<String, JsonNode> values() {
        return Map.copyOf(values);
    }

    /// All of it as a JSON Schema (draft 2020-12) for one line.
    public ObjectNode json() {
        ObjectNode all = JSON.objectNode();
        all.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        all.put("$id", "urn:evenhand:json:1");
        all.put("title", "One line of evenhand --json");
        all.put("type", "object");
        ObjectNode defs = JSON.objectNode();
        values.forEach(defs::set);
        Tree tree = new Tree();
        lines().forEach((name, forms) -> {
            String id = name.replace(' ', '.');
            if (defs.has(id)) {
                throw new IllegalStateException(name + " is both a value and a line");
            }
            defs.set(id, schema(name, forms));
            tree.put(name, "#/$defs/" + id);
        });
        tree.describe(all);
        all.set("$defs", defs);
        return all;
    }

    private static ObjectNode schema(String name, List<Form> forms) {
        if (forms.size() == 1) {
            return schema(name, forms.getFirst());
        }
        ObjectNode any = JSON.objectNode();
        ArrayNode each = any.putArray("anyOf");
        forms.forEach(form -> each.add(schema(name, form)));
        return any;
    }

    private static ObjectNode schema(String name, Form form) {
        ObjectNode schema = JSON.objectNode();
        schema.put("description", form.about);
        schema.put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = schema.putArray("required");
        Kind kind = Kind.of(name);
        properties.putObject("type").put("const", kind.type());
        required.add("type");
        kind.sub()
                .ifPresent(sub -> {
                    properties.putObject(kind.selector()).put("const", sub);
                    required.add(kind.selector());
                });
        form.fields.forEach((field, value) -> {
            properties.set(field, field(value));
            if (!form.optional.contains(field)) {
                required.add(field);
            }
        });
        form.others.ifPresentOrElse(
                others -> schema.set("additionalProperties", others),
                () -> schema.put("additionalProperties", false));
        return schema;
    }

    private static ObjectNode field(JsonNode written) {
        ObjectNode field = written.deepCopy();
        JsonNode is = field.remove("is");
        if (is != null) {
            field.put("$ref", "#/$defs/" + is.asText());
        }
        JsonNode about = field.remove("about");
        if (about != null) {
            field.set("description", about);
        }
        return field;
    }

    /// A line's type, and which of its lines.
    private record Kind(String type, Optional<String> sub) {
        static Kind of(String name) {
            int blank = name.indexOf(' ');
            return blank < 0
                    ? new Kind(name, Optional.empty())
                    : new Kind(name.substring(0, blank), Optional.of(name.substring(blank + 1)));
        }

        String selector() {
            return type.equals(SUMMARY) ? "command" : EVENT;
        }
    }

    /// Which definition a line is held to, by its type and, if it has one, its event or command.
    private static final class Tree {
        private final Map<String, String> whole = new TreeMap<>();
        private final Map<String, Map<String, String>> parted = new TreeMap<>();

        void put(String name, String definition) {
            Kind kind = Kind.of(name);
            if (kind.sub().isEmpty()) {
                whole.put(name, definition);
            } else {
                parted.computeIfAbsent(kind.type(), _ -> new TreeMap<>())
                        .put(kind.sub().get(), definition);
            }
        }

        void describe(ObjectNode schema) {
            Set<String> types = new TreeSet<>(whole.keySet());
            types.addAll(parted.keySet());
            ArrayNode all = choose(schema, "type", types);
            whole.forEach((type, definition) ->
                    all.add(when("type", type, JSON.objectNode().put("$ref", definition))));
            parted.forEach((type, subs) -> {
                ObjectNode then = JSON.objectNode();
                String selector = new Kind(type, Optional.empty()).selector();
                ArrayNode each = choose(then, selector, subs.keySet());
                subs.forEach((sub, definition) ->
                        each.add(when(selector, sub, JSON.objectNode().put("$ref", definition))));
                all.add(when("type", type, then));
            });
        }

        private static ArrayNode choose(ObjectNode schema, String field, Set<String> values) {
            schema.putArray("required").add(field);
            ArrayNode choice = schema.putObject("properties").putObject(field).putArray("enum");
            values.forEach(choice::add);
            return schema.putArray("allOf");
        }

        private static ObjectNode when(String field, String value, ObjectNode then) {
            ObjectNode rule = JSON.objectNode();
            ObjectNode condition = rule.putObject("if");
            condition.putObject("properties").putObject(field).put("const", value);
            condition.putArray("required").add(field);
            rule.set("then", then);
            return rule;
        }
    }
}
