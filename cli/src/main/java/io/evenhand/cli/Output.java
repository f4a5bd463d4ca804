package io.evenhand.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where a command speaks: lines of text for people, or with `--json` one object per line for
/// scripts.
///
/// Every object has a `type`; the last one of a command that reports a result has the type
/// `summary`. Amounts are decimal strings in wei, times are seconds since 1970, byte values are
/// hexadecimal.
public final class Output {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final PrintStream err;
    private final boolean json;

    public Output(PrintStream out, PrintStream err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    public boolean json() {
        return json;
    }

    /// A line for people only.
    public void say(String line) {
        if (!json) {
            out.println(line);
            out.flush();
        }
    }

    /// Something that happened: the object for scripts, or the text for people.
    public void event(String type, Map<String, ?> fields, String text) {
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("type", type);
            object.putAll(fields);
            object(object);
        } else {
            say(text);
        }
    }

    /// The result of the command, its last line.
    public void summary(Map<String, ?> fields, String text) {
        event("summary", fields, text);
    }

    /// A whole JSON value on one line, only with `--json`.
    public void object(Object value) {
        if (json) {
            try {
                out.println(JSON.writeValueAsString(value));
                out.flush();
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("an event that has no JSON form", e);
            }
        }
    }

    /// Progress and warnings: to the error stream, so that results can be piped.
    public void note(String line) {
        err.println(line);
        err.flush();
    }
}
