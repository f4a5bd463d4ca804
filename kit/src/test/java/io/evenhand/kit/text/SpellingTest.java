package io.evenhand.kit.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
    private static final List<String> KNOWN =
            List.of("price", "policies", "name", "inputBytes", "--wage", "--input", "list");

    @ParameterizedTest
    @CsvSource({
        "prise, price",
        "pirce, price",
        "rice, price",
        "polices, policies",
        "Name, name",
        "inputbytes, inputBytes",
        "input_bytes, inputBytes",
        "--wages, --wage",
        "lsit, list"
    })
    @DisplayName("a word with few typing errors is recognised")
    void meant(String written, String word) {
        assertEquals(Optional.of(word), Spelling.meant(written, KNOWN));
        assertEquals("; did you mean \"" + word + "\"?", Spelling.hint(written, KNOWN));
    }

    @ParameterizedTest
    @CsvSource({"frobnicate", "cost", "x", "''", "nome-de-plume", "--xyzz"})
    @DisplayName("another word is left alone")
    void other(String written) {
        assertEquals(Optional.empty(), Spelling.meant(written, KNOWN));
        assertEquals("", Spelling.hint(written, KNOWN));
    }

    @Test
    @DisplayName("a very long word costs nothing and is nobody's; of two as near, one is chosen")
    void limits() {
        assertEquals(Optional.empty(), Spelling.meant("a".repeat(1_000_000), KNOWN));
        assertEquals(Optional.of("abcd"), Spelling.meant("abcx", List.of("abce", "abcd")));
    }
}
