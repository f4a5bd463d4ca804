package io.evenhand.kit.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final Set<String> KEYS = Set.of("name", "policies", "price", "command");

    @Test
    @DisplayName("a misspelt word is found, another word is not")
    void words() {
        assertEquals(Optional.of("price"), Nearest.of("pirce", KEYS));
        assertEquals(Optional.of("policies"), Nearest.of("policy", KEYS));
        assertEquals(Optional.of("command"), Nearest.of("COMAND", KEYS));
        assertEquals(Optional.of("name"), Nearest.of("names", KEYS));
        assertEquals(Optional.empty(), Nearest.of("wage", KEYS));
        assertEquals(Optional.empty(), Nearest.of("", KEYS));
        assertEquals(Optional.empty(), Nearest.of("name", Set.of()));
    }
}
