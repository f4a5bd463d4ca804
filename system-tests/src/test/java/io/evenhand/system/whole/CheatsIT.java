package io.evenhand.system.whole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whoever cheats, nobody honest loses.
class CheatsIT {
    /// How an exchange with this cheat in it must end.
    private static final Map<String, String> ENDS =
            Map.of(
                    "underpay", "refunded",
                    "wrong-key", "refunded",
                    "provider-vanishes", "refunded",
                    "customer-vanishes", "aborted",
                    "junk-ciphertext", "aborted",
                    "mempool-copy", "settled");

    static List<String> cheats() throws IOException, InterruptedException {
        Program.Result list = Program.run("demo", "--list-cheats");
        assertEquals(0, list.exit());
        return StreamSupport.stream(list.last().spliterator(), false)
                .peek(cheat -> assertFalse(cheat.path("about").asText().isEmpty()))
                .map(cheat -> cheat.path("name").asText())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cheats")
    @DisplayName("the honest side of an exchange with this cheat comes away whole")
    void fair(String cheat, @TempDir Path folder) throws IOException, InterruptedException {
        Program.Result demo = Program.run("demo", "--cheat", cheat, "--folder", folder.toString());
        JsonNode summary = demo.last();
        String end = ENDS.getOrDefault(cheat, "unknown");
        assertEquals(end, summary.path("outcome").asText(), demo.toString());
        assertTrue(summary.path("fair").asBoolean(), summary.toString());
        assertEquals(cheat, summary.path("cheat").asText());
        assertFalse(summary.path("stoppedBy").asText().isEmpty());
        assertEquals(0, demo.exit());
        BigInteger wage = new BigInteger(summary.path("wage").asText());
        BigInteger moved = end.equals("settled") ? wage : BigInteger.ZERO;
        assertEquals(moved, new BigInteger(summary.path("providerDelta").asText()));
        assertEquals(moved.negate(), new BigInteger(summary.path("customerDelta").asText()));
        assertFalse(summary.path("outsiderOpens").asBoolean());
    }
}
