package io.evenhand.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where a command speaks: lines of text for people, or with `--json` one object per line for
/// scripts.
///
/// Every object has a `type`; the last one of a command that reports a result has the type
/// `summary` and names its `command`. `evenhand schema` prints what each may hold.
public final class Output {
    /// Made once something is to be printed as JSON: it takes a good part of a short command.
    private static final class Json {
        private static final ObjectMapper MAPPER = new ObjectMapper();
    }

    private final PrintStream out;
    private final PrintStream err;
    private final boolean json;
    private final String command;
    private final LiveLine live;

    /// @param command what runs, such as `list` or `bench gas`
    /// @param live stands below all lines
    Output(PrintStream out, PrintStream err, boolean json, String command, LiveLine live) {
        this.out = out;
        this.err = err;
        this.json = json;
        this.command = command;
        this.live = live;
    }

    public boolean json() {
        return json;
    }

    /// A line for people only.
    public void say(String line) {
        if (!json) {
            live.above(() -> {
                out.println(line);
                out.flush();
            });
        }
    }

    /// Something that happened: the object for scripts, or the text for people. A value is a text,
    /// number, truth value, amount, identity or moment, or a list or map of such.
    public void event(String type, Map<String, ?> fields, String text) {
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("type", type);
            fields.forEach((name, value) -> object.put(name, form(value)));
            print(object);
        } else {
            say(text);
        }
    }

    /// The result of the command, its last line.
    public void summary(Map<String, ?> fields, String text) {
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("command", command);
        named.putAll(fields);
        event("summary", named, text);
    }

    /// Why the command ended without one.
    void error(String message, int exit) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("command", command);
        fields.put("message", message);
        fields.put("exit", exit);
        event("error", fields, "");
    }

    private void print(Map<String, Object> object) {
        try {
            out.println(Json.MAPPER.writeValueAsString(object));
            out.flush();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("an event that has no JSON form", e);
        }
    }

    /// No value is written as its class happens to show itself.
    private static Object form(Object value) {
        return switch (value) {
            case String text -> text;
            case Boolean truth -> truth;
            case Integer number -> number;
            case Long number -> number;
            case Double number -> number;
            case BigDecimal number -> number;
            case Wei amount -> amount.toString();
            case PartyId party -> party.toString();
            case Instant moment -> moment.toString();
            case List<?> list -> list.stream().map(Output::form).toList();
            case Map<?, ?> map -> {
                Map<String, Object> object = new LinkedHashMap<>();
                map.forEach((name, each) -> object.put((String) name, form(each)));
                yield object;
            }
            default ->
                    throw new IllegalArgumentException(
                            "no JSON form for a " + value.getClass().getName());
        };
    }

    /// Progress and warnings: to the error stream, so that results can be piped.
    public void note(String line) {
        live.above(() -> {
            err.println(line);
            err.flush();
        });
    }
}
