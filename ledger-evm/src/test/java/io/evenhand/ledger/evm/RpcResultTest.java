package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenhand.kit.value.Bytes32;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpcResultTest {
    private static RpcResult read(String json) {
        try {
            return new RpcResult("eth_test", new ObjectMapper().readTree(json));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertMalformed(String json, Consumer<RpcResult> reader) {
        RpcResult answer = read(json);
        LedgerException e = assertThrows(LedgerException.class, () -> reader.accept(answer));
        assertInstanceOf(LedgerException.Kind.Malformed.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).startsWith("eth_test"), e.getMessage());
    }

    @Test
    void goodValuesAreRead() {
        assertEquals(255, read("\"0xff\"").quantity());
        assertEquals(256, read("\"0x" + "f".repeat(64) + "\"").number().bitLength());
        assertEquals(2, read("\"0x0102\"").data(2).length);
        assertEquals(0, read("\"0x\"").data(2).length);
        assertEquals(2, read("[1,2]").list(2).size());
        assertTrue(read("{\"a\":null}").field("a").isNull());
        assertTrue(read("{}").field("a").isNull());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.5",
                "-1",
                "null",
                "true",
                "{}",
                "[]",
                "\"\"",
                "\"12\"",
                "\"0xg\"",
                "\"-0x1\"",
                "\"0x10000000000000000000000000000000000000000000000000000000000000000\""
            })
    void aQuantityIsHexOfAtMost256Bits(String json) {
        assertMalformed(json, RpcResult::number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"0x11\"",
                "\"0X11\"",
                "\"0x0011\"",
                "\"0x00000000000000000000000000000000000000000000000000000000000000000000000011\"",
                "17"
            })
    void aQuantityIsReadHoweverItIsWritten(String json) {
        assertEquals(17, read(json).quantity());
        assertEquals(17, read("\"0x11\"").word().d());
    }

    @Test
    void noDigitsAreZero() {
        assertEquals(0, read("\"0x\"").quantity());
        assertEquals(Bytes32.ZERO, read("\"0x\"").word());
        assertEquals(Bytes32.ZERO, read("\"0x0\"").word());
    }

    @Test
    void aWordHas256Bits() {
        String most = "f".repeat(64);
        assertEquals(most, read("\"0x" + most + "\"").word().toString());
        assertMalformed("\"0x1" + most + "\"", RpcResult::word);
        assertMalformed("\"0x" + "0".repeat(200) + "\"", RpcResult::word);
        assertMalformed("17", RpcResult::word);
    }

    @Test
    void whatIsOnlyShownMayBeAnything() {
        for (String json : List.of("null", "{}", "\"0xzz\"", "true")) {
            assertTrue(read(json).readable(RpcResult::number).isEmpty(), json);
        }
        assertEquals(7, read("\"0x7\"").readable(RpcResult::quantity).orElseThrow());
    }

    @Test
    void aLongQuantityIsBelow2To63() {
        assertEquals(Long.MAX_VALUE, read("\"0x7fffffffffffffff\"").quantity());
        assertMalformed("\"0x8000000000000000\"", RpcResult::quantity);
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "null", "\"\"", "\"0\"", "\"0x0\"", "\"0x010203\"", "\"0xzz\""})
    void dataIsWholeBytesUpToTheLimit(String json) {
        assertMalformed(json, answer -> answer.data(2));
    }

    @Test
    void sizesAreExactWhereTheyMustBe() {
        assertMalformed("\"0x01\"", RpcResult::hash);
        assertMalformed("\"0x" + "01".repeat(33) + "\"", RpcResult::hash);
        assertMalformed("\"0x" + "01".repeat(32) + "\"", RpcResult::address);
    }

    @Test
    void listsAndTextsHaveLimits() {
        assertMalformed("[1,2,3]", answer -> answer.list(2));
        assertMalformed("{}", answer -> answer.list(2));
        assertMalformed("{\"a\":1,\"b\":2}", answer -> answer.values(1));
        assertMalformed("\"abc\"", answer -> answer.text(2));
        assertMalformed("[]", answer -> answer.field("a"));
    }
}
