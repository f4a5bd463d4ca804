package io.evenhand.kit.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest(name = "\"{0}\" is {1} wei")
    @CsvSource({
        "0 wei,0",
        "1 wei,1",
        "100wei,100",
        "5 gwei,5000000000",
        "0.01 eth,10000000000000000",
        "1 ETH,1000000000000000000",
        "1.5 ether,1500000000000000000",
        " 2 Gwei ,2000000000",
        "0.000000000000000001 eth,1",
        "1.0 wei,1",
        ".5 gwei,500000000"
    })
    void amounts(String text, BigInteger wei) {
        assertEquals(new Wei(wei), Wei.parse(text));
    }

    @ParameterizedTest(name = "\"{0}\" is no amount")
    @ValueSource(
            strings = {
                "",
                "1",
                "eth",
                "-1 eth",
                "1 btc",
                "1e3 wei",
                "1e999999999 eth",
                "0x10 wei",
                "1,5 eth",
                "0.5 wei",
                "0.0000000000000000001 eth",
                "1 eth eth",
                "1 gwei wei",
                "one eth",
                "1 2 eth",
                "+ eth",
                "NaN eth"
            })
    void noAmounts(String text) {
        assertThrows(MalformedException.class, () -> Wei.parse(text));
    }

    @Test
    @DisplayName("an amount is 0 to 2^256-1, in parsing and in arithmetic")
    void amountLimits() {
        BigInteger max = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
        assertEquals(max, Wei.parse(max + " wei").value());
        assertThrows(MalformedException.class, () -> Wei.parse(max + "0 wei"));
        assertThrows(MalformedException.class, () -> new Wei(max.add(BigInteger.ONE)));
        assertThrows(MalformedException.class, () -> Wei.of(-1));
        assertThrows(MalformedException.class, () -> new Wei(max).plus(Wei.of(1)));
        assertThrows(MalformedException.class, () -> Wei.of(1).times(-1));
        assertThrows(MalformedException.class, () -> Wei.parse("9".repeat(81) + " wei"));
    }

    @ParameterizedTest(name = "seed {0}: what an amount prints reads back")
    @ValueSource(longs = {151, 152})
    void amountsPrint(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            Wei wei = new Wei(new BigInteger(random.nextInt(200), random));
            assertEquals(wei, Wei.parse(wei.toString()));
        }
    }

    @Test
    @DisplayName("amounts compare and add as numbers")
    void arithmetic() {
        assertTrue(Wei.of(2).compareTo(Wei.of(10)) < 0);
        assertEquals(Wei.of(12), Wei.of(2).plus(Wei.of(10)));
        assertEquals(Wei.of(20), Wei.of(2).times(10));
    }

    @Test
    @DisplayName("hex: with or without 0x, both cases, exactly the size")
    void hex() {
        byte[] bytes = {0x0a, (byte) 0xff};
        assertArrayEquals(bytes, Hex.parse("0x0aFF", 2));
        assertArrayEquals(bytes, Hex.parse("0AfF", 2));
        assertArrayEquals(bytes, Hex.parse("0x0aff"));
        assertArrayEquals(new byte[0], Hex.parse("0x"));
        assertEquals("0x0aff", Hex.format(bytes));
    }

    @ParameterizedTest(name = "\"{0}\" is not two bytes in hex")
    @ValueSource(
            strings = {"", "0x", "0x0a", "0x0aff0", "0x0aff00", "0x0ag0", "0a f", "0x 0a", "٠٠٠٠"})
    void noHex(String text) {
        assertThrows(MalformedException.class, () -> Hex.parse(text, 2));
    }

    @ParameterizedTest(name = "\"{0}\" is not hex")
    @ValueSource(strings = {"0", "0x0", "xx", "0x0x"})
    void noHexAtAll(String text) {
        assertThrows(MalformedException.class, () -> Hex.parse(text));
    }

    @Test
    @DisplayName("a long text that is not hex is not repeated whole in the message")
    void shortMessages() {
        MalformedException e =
                assertThrows(MalformedException.class, () -> Hex.parse("z".repeat(1000)));
        assertTrue(String.valueOf(e.getMessage()).length() < 60);
    }

    @ParameterizedTest(name = "seed {0}: fixed-size values keep every byte")
    @ValueSource(longs = {153, 154})
    void bytes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            byte[] b = new byte[64];
            random.nextBytes(b);
            assertArrayEquals(b, Signature.of(b).toByteArray());
            byte[] c = Arrays.copyOf(b, 32);
            assertArrayEquals(c, Bytes32.of(c).toByteArray());
            assertEquals(Bytes32.of(c), Bytes32.parse(Bytes32.of(c).toString()));
            byte[] d = Arrays.copyOf(b, 20);
            assertEquals(Address.of(d), Address.parse(Address.of(d).toString()));
            byte[] e = Arrays.copyOf(b, 16);
            assertArrayEquals(e, Nonce16.of(e).toByteArray());
            byte[] f = Arrays.copyOf(b, 33);
            f[0] = (byte) (2 + random.nextInt(2));
            assertArrayEquals(f, PublicKey.of(f).toByteArray());
        }
    }

    @Test
    @DisplayName("fixed-size values refuse every other size")
    void sizes() {
        assertThrows(MalformedException.class, () -> Bytes32.of(new byte[31]));
        assertThrows(MalformedException.class, () -> Bytes32.parse("00"));
        assertThrows(MalformedException.class, () -> Address.of(new byte[21]));
        assertThrows(MalformedException.class, () -> Nonce16.of(new byte[15]));
        assertThrows(MalformedException.class, () -> Signature.of(new byte[65]));
        assertThrows(MalformedException.class, () -> PublicKey.of(new byte[32]));
        assertThrows(MalformedException.class, () -> PublicKey.of(new byte[33]));
    }

    @Test
    @DisplayName("bytes of any length are compared by content, copied, and printed short")
    void anyBytes() {
        byte[] array = new byte[40];
        Octets bytes = new Octets(array);
        array[0] = 1;
        bytes.toByteArray()[1] = 1;
        assertEquals(new Octets(new byte[40]), bytes);
        assertEquals(new Octets(new byte[40]).hashCode(), bytes.hashCode());
        assertNotEquals(new Octets(array), bytes);
        assertEquals("00".repeat(16) + "… (40 bytes)", bytes.toString());
        assertEquals("0001", new Octets(new byte[] {0, 1}).toString());
    }
}
