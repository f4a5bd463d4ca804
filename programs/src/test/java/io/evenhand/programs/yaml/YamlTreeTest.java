package io.evenhand.programs.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.evenhand.programs.Refusal;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTreeTest {
    private static JsonNode parse(String text) {
        return YamlTree.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName(
            "what people write is read: comments, CRLF, a byte order mark, flow and block style")
    void read() {
        assertEquals(5, parse("# why\r\na: {b: 5}\r\n").path("a").path("b").intValue());
        assertEquals("x", parse("\ufeffa: \"x\"\n").path("a").textValue());
        assertTrue(parse("").isMissingNode());
        assertTrue(parse("# nothing\n").isMissingNode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: [1, -2147483649, 123456789012345678901234567890, 0x1f, 1_000, 017]",
                "a: [0.5, 1.50, -1e9, 1e-400, 12345678901234567890.123456789]",
                "a: {b: true, c: no, d: null, e: ~, f: , g: '', h: 2026-11-30}",
                "- x\n- - y\n  - {z: [[], {}]}\n-\n",
                "a: |\n  two\n  lines\nb: >\n  one\n  line\n",
                "? a b\n: &x !!str 5\n",
                "just a text",
                "7",
            })
    @DisplayName("every kind of value is read as the library's own mapper reads it")
    void values(String text) throws IOException {
        YAMLMapper mapper =
                YAMLMapper.builder(YAMLFactory.builder().build())
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .build();
        assertEquals(mapper.readTree(text), parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: 1;b: [ | not YAML: line ",
                "a: 1;a: 2 | not YAML: line 2: \"a\" stands there twice",
                "a: &x 1;b: *x | line 2: no aliases",
                "a: &x [*x] | line 1: no aliases",
                "a: 1;---;b: 2 | a second document begins",
                "a: 1;...;]]] | not YAML",
                "[[[[[[[[[1]]]]]]]]] | line 1: more than 8 levels",
                "? {a: 1};: 2 | not YAML",
                "a: .inf | not YAML: line 1: ",
                "a: !!binary aGVsbG8= | line 1: not a value that is known",
                "a: \"SECRET | not YAML",
                "SECRET KEY: 1;SECRET KEY: 2 | a key stands there twice",
                "a: SECRET: 1 | not YAML: line 1: check quotes",
            })
    @DisplayName("what is wrong is told by its line, never by its text")
    void refused(String text, String why) {
        String said = Refusal.of(() -> parse(text.replace(';', '\n')));
        assertTrue(said.contains(why), said);
        assertFalse(said.contains("SECRET"), said);
        assertEquals(1, said.lines().count(), said);
    }

    @Test
    @DisplayName("limits: 64 KiB, 8 levels, UTF-8; bombs of aliases and brackets end at once")
    void limits() {
        assertTrue(Refusal.of(() -> parse("#".repeat(YamlTree.MAX_BYTES + 1))).contains("65536"));
        Charset utf16 = StandardCharsets.UTF_16;
        assertEquals("not UTF-8 text", Refusal.of(() -> YamlTree.parse("a: 1".getBytes(utf16))));
        StringBuilder bomb = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x]\n");
        for (char c = 'b'; c < 'k'; c++) {
            String all = ("*" + (char) (c - 1) + ", ").repeat(9);
            bomb.append(c).append(": &").append(c).append(" [").append(all).append("x]\n");
        }
        assertTimeout(
                Duration.ofMinutes(5),
                () -> {
                    Refusal.of(() -> parse(bomb.toString()));
                    Refusal.of(() -> parse("[".repeat(60_000)));
                    Refusal.of(() -> parse("{a: ".repeat(15_000)));
                });
    }

    @Test
    @DisplayName("a key that nobody knows is named, unless it may be a secret")
    void onlyKeys() {
        Set<String> known = Set.of("b", "a");
        assertEquals(
                "it does not know \"cost\", only [a, b]",
                Refusal.of(() -> YamlTree.onlyKeys(parse("cost: 1"), "it", known)));
        assertEquals(
                "it does not know a key, only [a, b]",
                Refusal.of(() -> YamlTree.onlyKeys(parse("http://h/KEY: 1"), "it", known)));
        assertEquals(
                "it does not know \"prise\", only [name, price]; did you mean \"price\"?",
                Refusal.of(
                        () -> YamlTree.onlyKeys(parse("prise: 1"), "it", Set.of("name", "price"))));
    }
}
