package io.evenhand.kit.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {
    enum Colour {
        RED,
        GREEN
    }

    sealed interface Shape {
        @Kind("Circle")
        record Circle(int radius) implements Shape {}

        sealed interface Flat extends Shape {}

        @Kind("Square")
        record Square(long side, Colour colour) implements Flat {}
    }

    record Checked(int value) {
        Checked {
            if (value < 0) {
                throw new IllegalArgumentException("negative");
            }
        }
    }

    record Tight(@Limit(3) String text, @Limit(2) Octets bytes, @Limit(1) List<Long> list) {}

    record All(
            long number,
            int small,
            boolean yes,
            String text,
            Octets bytes,
            Bytes32 hash,
            Address address,
            PublicKey key,
            Signature signature,
            Nonce16 nonce,
            Wei wei,
            Colour colour,
            Shape shape,
            Checked checked,
            Optional<String> some,
            Optional<Long> none,
            @Limit(4) List<Shape> shapes) {}

    private static final All ALL =
            new All(
                    Long.MIN_VALUE,
                    -7,
                    true,
                    "text",
                    new Octets(new byte[] {1, 2}),
                    new Bytes32(1, 2, 3, 4),
                    new Address(1, 2, 3),
                    new PublicKey((byte) 3, new Bytes32(5, 6, 7, 8)),
                    new Signature(Bytes32.ZERO, new Bytes32(9, 9, 9, 9)),
                    new Nonce16(1, 2),
                    Wei.parse("1 eth"),
                    Colour.GREEN,
                    new Shape.Square(4, Colour.RED),
                    new Checked(5),
                    Optional.of("here"),
                    Optional.empty(),
                    List.of(new Shape.Circle(1), new Shape.Square(2, Colour.RED)));

    @Test
    @DisplayName("a record of everything reads back as itself")
    void roundTrip() {
        byte[] bytes = Records.encode(ALL);
        assertEquals(ALL, Records.decode(All.class, bytes));
        assertArrayEquals(bytes, Records.encode(Records.decode(All.class, bytes)));
    }

    @Test
    @DisplayName("a sealed interface carries the name of its case, however deep it is declared")
    void cases() {
        Shape square = new Shape.Square(1, Colour.RED);
        byte[] bytes = Records.encode(Shape.class, square);
        assertEquals("83" + "66537175617265" + "01" + "63524544", HexFormat.of().formatHex(bytes));
        assertEquals(square, Records.decode(Shape.class, bytes));
        assertEquals(square, Records.decode(Shape.Flat.class, bytes));
    }

    @Test
    @DisplayName("a value on its own is written as it is inside a record")
    void values() {
        assertEquals("5820" + "00".repeat(32), hex(Records.encode(Bytes32.ZERO)));
        assertEquals(Bytes32.ZERO, Records.decode(Bytes32.class, Records.encode(Bytes32.ZERO)));
    }

    @Test
    @DisplayName("unknown cases, constants and wrong numbers of fields are refused by name")
    void unknown() {
        assertRefused("no Shape is called \"Oval\"", () -> shape("82644f76616c01"));
        assertRefused("no Colour is called \"BLUE\"", () -> shape("83665371756172650164424c5545"));
        assertRefused("Square: 1 fields", () -> shape("826653717561726501"));
        assertRefused("Circle: 2 fields", () -> shape("8366436972636c650101"));
        assertRefused("Flat", () -> shape("8264466c617401"));
        assertRefused("truncated", () -> shape("80"));
        byte[] circle = Records.encode(Shape.class, new Shape.Circle(1));
        assertRefused("no Flat", () -> Records.decode(Shape.Flat.class, circle));
    }

    @Test
    @DisplayName("a refusal is one printable line, whatever the peer wrote into the name")
    void oneLine() {
        byte[] bytes = new CborWriter().array(2).text("a\u2028\u202e").integer(1).toByteArray();
        assertRefused("hidden character U+2028", () -> Records.decode(Shape.class, bytes));
        byte[] control = new CborWriter().array(2).text("a\n").integer(1).toByteArray();
        assertRefused("hidden character U+000A", () -> Records.decode(Shape.class, control));
        assertEquals("a ? ??b", new MalformedException("a\n\u001b\t\u2028\u202eb").getMessage());
        assertEquals("x".repeat(400), new MalformedException("x".repeat(1000)).getMessage());
    }

    @Test
    @DisplayName("a record's own checks hold for what is read")
    void constructorChecks() {
        assertRefused("Checked: negative", () -> decode(Checked.class, "8120"));
        assertEquals(new Checked(0), decode(Checked.class, "8100"));
        assertRefused("out of range", () -> decode(Checked.class, "811a80000000"));
        assertRefused(
                "a compressed public key", () -> decode(PublicKey.class, "5821" + "04".repeat(33)));
    }

    @Test
    @DisplayName("limits of components hold in bytes and items")
    void limits() {
        assertEquals(
                new Tight("abc", new Octets(new byte[2]), List.of(1L)),
                decode(Tight.class, "836361626342000081" + "01"));
        assertRefused("limit 3", () -> decode(Tight.class, "83646162636442000081" + "01"));
        assertRefused("limit 2", () -> decode(Tight.class, "836361626343000000" + "8101"));
        assertRefused("limit 1", () -> decode(Tight.class, "8363616263420000" + "820101"));
        assertRefused("limit 256", () -> Records.decode(Shape.class, tooLong()));
    }

    private static byte[] tooLong() {
        return new CborWriter().array(2).text("x".repeat(257)).integer(1).toByteArray();
    }

    @Test
    @DisplayName("fixed sizes are exact")
    void sizes() {
        assertRefused("32 bytes expected", () -> decode(Bytes32.class, "581f" + "00".repeat(31)));
        assertRefused("limit 32", () -> decode(Bytes32.class, "5821" + "00".repeat(33)));
        assertRefused("20 bytes", () -> decode(Address.class, "53" + "00".repeat(19)));
        assertRefused("64 bytes", () -> decode(Signature.class, "583f" + "00".repeat(63)));
        assertRefused("16 bytes", () -> decode(Nonce16.class, "4f" + "00".repeat(15)));
        assertRefused("33 bytes", () -> decode(PublicKey.class, "5820" + "02".repeat(32)));
    }

    @Test
    @DisplayName("an amount has one form: no leading zero, zero is empty")
    void amounts() {
        assertEquals("40", hex(Records.encode(Wei.ZERO)));
        assertEquals("4101", hex(Records.encode(Wei.of(1))));
        assertEquals("4180", hex(Records.encode(Wei.of(128))));
        assertRefused("not the canonical", () -> decode(Wei.class, "4100"));
        assertRefused("not the canonical", () -> decode(Wei.class, "420001"));
        assertRefused("limit 32", () -> decode(Wei.class, "5821" + "01".repeat(33)));
    }

    @Test
    @DisplayName("an optional is an array of none or one; bytes after the end are refused")
    void structure() {
        assertRefused("limit 1", () -> decode(Holder.class, "81820101"));
        assertEquals(new Holder(Optional.empty()), decode(Holder.class, "8180"));
        assertRefused("after the end", () -> decode(Holder.class, "818000"));
        assertRefused("truncated", () -> decode(Holder.class, "81"));
        assertRefused("truncated", () -> decode(Holder.class, ""));
    }

    record Holder(Optional<Long> value) {}

    @Test
    @DisplayName("a class that has no form is a mistake of ours, not of the peer")
    void noForm() {
        record Bad(Object value) {}
        assertThrows(IllegalArgumentException.class, () -> Records.encode(new Bad(1.5)));
        assertThrows(IllegalArgumentException.class, () -> decode(Bad.class, "8100"));
    }

    @ParameterizedTest(name = "seed {0}: changed bytes are refused or are another value's one form")
    @ValueSource(longs = {141, 142, 143, 144})
    void mutations(long seed) {
        Random random = new Random(seed);
        byte[] good = Records.encode(ALL);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = mutate(good, random);
            try {
                All value = Records.decode(All.class, bad);
                assertArrayEquals(bad, Records.encode(value));
                read++;
            } catch (MalformedException e) {
                assertTrue(String.valueOf(e.getMessage()).indexOf('\n') < 0);
            }
        }
        assertTrue(read > 0, "no mutation was readable: the test does not reach the values");
    }

    @ParameterizedTest(name = "seed {0}: random bytes are refused and nothing else happens")
    @ValueSource(longs = {145, 146})
    void noise(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            for (Class<?> type : List.of(All.class, Shape.class, Tight.class, Holder.class)) {
                assertRefusedOrRead(type, noise);
            }
        }
    }

    /// Any other exception than a refusal fails the test.
    private static void assertRefusedOrRead(Class<?> type, byte[] bytes) {
        try {
            Records.decode(type, bytes);
        } catch (MalformedException e) {
            assertTrue(String.valueOf(e.getMessage()).indexOf('\n') < 0);
        }
    }

    private static byte[] mutate(byte[] good, Random random) {
        byte[] bad = good.clone();
        switch (random.nextInt(4)) {
            case 0 -> bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            case 1 -> bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bad = Arrays.copyOf(bad, random.nextInt(bad.length + 5));
            default -> {
                int from = random.nextInt(bad.length);
                int to = random.nextInt(bad.length);
                int length = Math.min(random.nextInt(40), bad.length - Math.max(from, to));
                System.arraycopy(good, from, bad, to, length);
            }
        }
        return bad;
    }

    private static Shape shape(String hex) {
        return decode(Shape.class, hex);
    }

    private static <T> T decode(Class<T> type, String hex) {
        return Records.decode(type, HexFormat.of().parseHex(hex));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static void assertRefused(String words, Executable action) {
        MalformedException e = assertThrows(MalformedException.class, action);
        assertTrue(String.valueOf(e.getMessage()).contains(words), e.getMessage());
    }
}
