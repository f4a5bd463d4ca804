package io.evenhand.kit.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Octets of RFC 8949, appendix A, and every form that deterministic encoding forbids.
class CborTest {
    private static CborReader reader(String hex) {
        return new CborReader(HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest(name = "RFC 8949: {0} is {1}")
    @CsvSource({
        "0,00",
        "1,01",
        "10,0a",
        "23,17",
        "24,1818",
        "25,1819",
        "100,1864",
        "255,18ff",
        "256,190100",
        "1000,1903e8",
        "65535,19ffff",
        "65536,1a00010000",
        "1000000,1a000f4240",
        "4294967295,1affffffff",
        "4294967296,1b0000000100000000",
        "1000000000000,1b000000e8d4a51000",
        "9223372036854775807,1b7fffffffffffffff",
        "-1,20",
        "-10,29",
        "-24,37",
        "-25,3818",
        "-100,3863",
        "-1000,3903e7",
        "-9223372036854775808,3b7fffffffffffffff"
    })
    void integers(long value, String hex) {
        assertEquals(hex, HexFormat.of().formatHex(new CborWriter().integer(value).toByteArray()));
        CborReader in = reader(hex);
        assertEquals(value, in.integer());
        in.end();
    }

    @ParameterizedTest(name = "the number {0} is not in its shortest form, or above 2^63-1")
    @ValueSource(
            strings = {
                "1800",
                "1817",
                "190000",
                "1900ff",
                "1a00000000",
                "1a0000ffff",
                "1b0000000000000000",
                "1b00000000ffffffff",
                "3817",
                "3900ff",
                "3a0000ffff",
                "1bffffffffffffffff",
                "3bffffffffffffffff",
                "1b8000000000000000"
            })
    void longerNumbers(String hex) {
        assertThrows(MalformedException.class, () -> reader(hex).integer());
    }

    @ParameterizedTest(name = "{0} is no number")
    @ValueSource(
            strings = {
                "",
                "18",
                "19ff",
                "1b00",
                "1c",
                "1d",
                "1e",
                "1f",
                "3f",
                "40",
                "60",
                "80",
                "a0",
                "c0",
                "f4",
                "f6",
                "f7",
                "f9",
                "fb3ff199999999999a",
                "ff"
            })
    void notNumbers(String hex) {
        assertThrows(MalformedException.class, () -> reader(hex).integer());
    }

    @Test
    @DisplayName("byte strings: as written, within the limit, never indefinite or truncated")
    void byteStrings() {
        byte[] four = {1, 2, 3, 4};
        assertArrayEquals(four, reader("4401020304").bytes(4));
        assertArrayEquals(new byte[0], reader("40").bytes(0));
        assertThrows(MalformedException.class, () -> reader("4401020304").bytes(3));
        assertThrows(MalformedException.class, () -> reader("44010203").bytes(4));
        assertThrows(MalformedException.class, () -> reader("580401020304").bytes(4));
        assertThrows(MalformedException.class, () -> reader("5f44aabbccddff").bytes(10));
        assertThrows(MalformedException.class, () -> reader("6161").bytes(4));
        assertThrows(
                MalformedException.class,
                () -> reader("5b7fffffffffffffff").bytes(Integer.MAX_VALUE));
    }

    @Test
    @DisplayName("text: UTF-8 only, within the limit in bytes, no half surrogates")
    void text() {
        assertEquals("ü", reader("62c3bc").text(2));
        assertArrayEquals(
                HexFormat.of().parseHex("62c3bc"), new CborWriter().text("ü").toByteArray());
        assertArrayEquals(
                HexFormat.of().parseHex("64f0908591"),
                new CborWriter().text("\ud800\udd51").toByteArray());
        assertThrows(MalformedException.class, () -> reader("62c3bc").text(1));
        assertThrows(MalformedException.class, () -> reader("62c328").text(2));
        assertThrows(MalformedException.class, () -> reader("63eda080").text(3));
        assertThrows(MalformedException.class, () -> reader("62c080").text(2));
        assertThrows(MalformedException.class, () -> reader("7f6161ff").text(9));
        assertThrows(MalformedException.class, () -> reader("4161").text(9));
        CborWriter out = new CborWriter();
        assertThrows(MalformedException.class, () -> out.text("\ud800"));
    }

    @Test
    @DisplayName("arrays: a definite size within the limit")
    void arrays() {
        assertEquals(3, reader("83").array(3));
        assertThrows(MalformedException.class, () -> reader("83").array(2));
        assertThrows(MalformedException.class, () -> reader("9f").array(2));
        assertThrows(MalformedException.class, () -> reader("9803").array(3));
        assertThrows(MalformedException.class, () -> reader("a0").array(3));
        assertThrows(
                MalformedException.class,
                () -> reader("9b7fffffffffffffff").array(Integer.MAX_VALUE));
    }

    @Test
    @DisplayName("booleans are f4 and f5")
    void booleans() {
        assertTrue(reader("f5").bool());
        assertEquals(false, reader("f4").bool());
        for (String hex : new String[] {"", "00", "f6", "f7", "f8f4", "f815"}) {
            assertThrows(MalformedException.class, () -> reader(hex).bool(), hex);
        }
    }

    @Test
    @DisplayName("bytes after the end are refused")
    void end() {
        CborReader in = reader("0000");
        in.integer();
        assertThrows(MalformedException.class, in::end);
        in.integer();
        in.end();
    }
}
