package io.evenhand.node.delegation.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.Capacity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceConfigTest {
    private static final String GOOD =
            """
            name: sort
            about: sorts the lines of a text
            price: 0.0001 eth
            command: ["sort", "-o", "{output}", "{input}"]
            limits: { inputBytes: 1000, workBytes: 2000, seconds: 60, attempts: 2 }
            policies: [size]
            """;

    @Test
    void aServiceIsRead() throws IOException {
        ServiceConfig config = parse(GOOD);
        assertEquals("sort", config.name());
        assertEquals(Wei.parse("0.0001 eth"), config.price());
        assertEquals(List.of("sort", "-o", "{output}", "{input}"), config.command());
        assertEquals(new ServiceConfig.Limits(1000, 2000, 60, 2), config.limits());
        assertEquals(List.of("size"), config.policies());
        assertEquals(Capacity.DEFAULT, config.capacity());
        Capacity capacity =
                parse(GOOD + "capacity: { exchanges: 7, bytesPerSecond: 9 }").capacity();
        assertEquals(7, capacity.exchanges());
        assertEquals(9, capacity.bytesPerSecond().orElseThrow());
        assertEquals(Capacity.DEFAULT.jobs(), capacity.jobs());
        assertEquals(0, config.usualSeconds());
        assertEquals(7, parse(GOOD + "usualSeconds: 7").usualSeconds());
    }

    @ParameterizedTest
    @CsvSource({"digits", "shell"})
    void theExamplesAreServices(String name) throws IOException {
        ServiceConfig.read(Path.of("..", "examples", name, "provider.yaml"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: sort|name: Sort It|one word",
                "name: sort|Name: sort|does not know",
                "price: 0.0001 eth|price: 5|`price:` \"5\" has no unit; write for example 0.01 eth",
                "price: 0.0001 eth|price: 0.002|`price:` \"0.002\" has no unit",
                "price: 0.0001 eth|price: 1e999999999|has no unit",
                "price: 0.0001 eth|price: [1 eth]|not a text",
                "price: 0.0001 eth|price: ''|is missing",
                "price: 0.0001 eth|price: 5 euros|\"euros\" is no unit known here",
                "price: 0.0001 eth|price: 5\u20ac|not an amount",
                "price: 0.0001 eth|price: '5'|has no unit",
                "price: 0.0001 eth|price: 0 eth|above 0",
                "price: 0.0001 eth|price: 0.000 wei|above 0",
                "policies: [size]|policies: [size];;usualSeconds: 61|usualSeconds",
                "policies: [size]|policies: [size];;usualSeconds: 0|usualSeconds",
                "policies: [size]|policies: [size];;usualSeconds: soon|usualSeconds",
                "policies: [size]|polices: [size]|did you mean \"policies\"?",
                "about: sorts|abuot: sorts|did you mean \"about\"?",
                "attempts: 2|Attempts: 2|did you mean \"attempts\"?",
                "[\"sort\", \"-o\", \"{output}\", \"{input}\"]|sort -o {output} {input}|is a list",
                "\"{output}\", \"{input}\"]|\"{output}\"]|has no {input}",
                "\"{output}\", \"{input}\"]|\"{input}\"]|has no {output}",
                "\"{input}\"]|\"'{input}'\"]|quotes around {input}",
                "[\"sort\", |[\"{input}\", |begins with the name",
                "about: sorts the lines of a text|about: ''|about",
                "about: sorts the lines of a text|about: \"a\\nb\"|one line",
                "about: sorts the lines of a text|about: \"a\\u202eb\"|plain",
                "inputBytes: 1000|inputBytes: -1|inputBytes",
                "inputBytes: 1000|inputBytes: 1.5|inputBytes",
                "inputBytes: 1000|inputBytes: 99999999999999999999|inputBytes",
                "workBytes: 2000|workBytes: 0|workBytes",
                "seconds: 60|seconds: 0|seconds",
                "attempts: 2|attempts: 1001|attempts",
                "attempts: 2|tries: 2|does not know",
                "policies: [size]|policies: []|policies",
                "policies: [size]|policies: [1]|texts only",
                "policies: [size]|policies: [size, magic]|[accuracy, size, wasm], each once",
                "policies: [size]|policies: [size, size]|each once",
                "policies: [size]|policies: [size];;---;;name: other|second document",
                "name: sort|name: &n sort;;about: *n|no aliases",
                "[\"sort\", |['', |begins with the name",
                "[\"sort\", |[\"so\\0rt\", |NUL",
                "policies: [size]|policies: [size|not YAML",
                "name: sort|name: sort;;name: sort|not YAML",
                "policies: [size]|policies: [size];;capacity: 5|a mapping",
                "policies: [size]|policies: [size];;capacity: { places: 5 }|does not know",
                "policies: [size]|policies: [size];;capacity: { exchanges: 0 }|exchanges",
                "policies: [size]|policies: [size];;capacity: { jobs: many }|jobs",
                "policies: [size]|policies: [size];;capacity: { bytesPerSecond: 0 }|bytesPerSecond",
                "policies: [size]|policies: [size];;capacity: { freeBytes: -1 }|freeBytes",
            })
    void whatIsWrongIsNamed(String good, String bad, String words) {
        String text = GOOD.replace(good, bad.replace(";;", "\n"));
        MalformedException e = assertThrows(MalformedException.class, () -> parse(text));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(words), message);
        assertEquals(1, message.lines().count(), message);
        assertFalse(message.matches(".*(`\\w+:`).*\\1.*"), message);
    }

    @Test
    void aFileThatIsTooLongOrNoListIsRefused() {
        assertThrows(MalformedException.class, () -> parse(GOOD + "#".repeat(70_000)));
        assertThrows(MalformedException.class, () -> parse("just text"));
        assertThrows(MalformedException.class, () -> parse(""));
    }

    private static ServiceConfig parse(String text) {
        return ServiceConfig.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
