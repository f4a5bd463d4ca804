package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A search that finds nothing may be a search that sees nothing.
class SecretSearchTest {
    private static final Random RANDOM = new Random(7);

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] among(byte[] planted) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(random(1001));
        all.writeBytes(planted);
        all.writeBytes(random(1001));
        return all.toByteArray();
    }

    @Test
    void findsAKeyInEveryForm() {
        byte[] key = random(32);
        SecretSearch search = new SecretSearch();
        search.key("key", key);
        search.key("another", random(32));
        assertEquals(Set.of(), search.in(among(random(32))));
        String hex = HexFormat.of().formatHex(key);
        ByteBuffer limbs = ByteBuffer.allocate(32).order(ByteOrder.BIG_ENDIAN);
        for (int word = 7; word >= 0; word--) {
            limbs.putInt(ByteBuffer.wrap(key).getInt(4 * word));
        }
        byte[] record = among(key);
        for (byte[] planted :
                List.of(
                        key,
                        limbs.array(),
                        latin(hex),
                        latin(hex.toUpperCase(java.util.Locale.ROOT)),
                        hex.getBytes(StandardCharsets.UTF_16LE),
                        hex.getBytes(StandardCharsets.UTF_16BE),
                        latin(new BigInteger(1, key).toString()),
                        latin(Base64.getEncoder().encodeToString(record)),
                        latin(Base64.getEncoder().encodeToString(among(record))),
                        latin(Base64.getUrlEncoder().encodeToString(key)))) {
            assertEquals(Set.of("key"), search.in(among(planted)));
        }
    }

    @Test
    void findsATextInEveryForm() {
        SecretSearch search = new SecretSearch();
        search.text("label", "zebra quince");
        assertEquals(Set.of(), search.in(latin("zebra quinces".replace("q", "k"))));
        for (byte[] planted :
                List.of(
                        latin("zebra quince"),
                        "zebra quince".getBytes(StandardCharsets.UTF_16BE),
                        latin(HexFormat.of().formatHex(latin("zebra quince"))),
                        Base64.getEncoder().encode(latin("1,zebra quince\n")),
                        Base64.getEncoder().encode(latin("12,zebra quince\n")))) {
            assertEquals(Set.of("label"), search.in(among(planted)));
        }
    }
}
