package io.evenhand.kit.sign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Eip55Test {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x52908400098527886E0F7030069857D2E4169EE7",
                "0xde709f2102306220921060314715629080e2fb77",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
            })
    @DisplayName("EIP-55: the examples of the standard, and the same in one case")
    void examples(String text) {
        assertEquals(text, Eip55.format(Eip55.parse(text)));
        assertEquals(Eip55.parse(text), Eip55.parse(text.toLowerCase(Locale.ROOT)));
        assertEquals(Eip55.parse(text), Eip55.parse(text.substring(2).toUpperCase(Locale.ROOT)));
    }

    @Test
    @DisplayName("EIP-55: a letter of the wrong case is refused")
    void wrong() {
        MalformedException e =
                assertThrows(
                        MalformedException.class,
                        () -> Eip55.parse("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
        assertTrue(String.valueOf(e.getMessage()).contains("wrong checksum"));
        assertThrows(MalformedException.class, () -> Eip55.parse("0x12"));
    }
}
