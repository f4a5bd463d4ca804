package io.evenhand.system.whole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// One honest demo, and what it leaves behind.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoIT {
    /// What one open and one claim may use together; targets of the project.
    private static final int MOST_GAS = 88_000;

    private Path folder = Path.of("");

    private Program.Result demo = new Program.Result(-1, List.of());

    @BeforeAll
    void play(@TempDir Path made) throws IOException, InterruptedException {
        folder = made;
        demo = Program.run("demo", "--folder", folder.toString());
    }

    @Test
    @DisplayName(
            "the wage moves from the customer to the provider, and everybody else gets nothing")
    void settled() {
        assertEquals(0, demo.exit());
        JsonNode summary = demo.last();
        assertEquals("summary", summary.path("type").asText());
        assertEquals("delegation", summary.path("protocol").asText());
        assertEquals("settled", summary.path("outcome").asText());
        BigInteger wage = new BigInteger(summary.path("wage").asText());
        assertEquals(1, wage.signum());
        assertEquals(wage.negate(), new BigInteger(summary.path("customerDelta").asText()));
        assertEquals(wage, new BigInteger(summary.path("providerDelta").asText()));
        assertTrue(summary.path("fair").asBoolean(), summary.toString());
        assertTrue(summary.path("customerOpens").asBoolean());
        assertTrue(summary.path("policyPasses").asBoolean());
        assertTrue(summary.path("outsiderOpens").isBoolean());
        assertFalse(summary.path("outsiderOpens").asBoolean());
    }

    @Test
    @DisplayName("the chain is used once to pay in and once to pay out, within the targets")
    void gas() {
        JsonNode gas = demo.last().path("gas");
        int open = gas.path("open").asInt();
        int claim = gas.path("claim").asInt();
        // A transaction costs 21,000 before it does anything.
        assertTrue(open > 21_000 && claim > 21_000, gas.toString());
        assertTrue(open + claim <= MOST_GAS, gas.toString());
        assertTrue(gas.path("refund").isNull());
    }

    @Test
    @DisplayName("the customer has the work that was judged")
    void work() throws IOException, NoSuchAlgorithmException {
        JsonNode summary = demo.last();
        assertTrue(summary.path("accuracy").asDouble() >= 0.95, summary.toString());
        byte[] labels = Files.readAllBytes(folder.resolve("labels.csv"));
        assertTrue(labels.length > 0);
        assertEquals(labels.length, summary.path("workBytes").asInt());
        String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(labels));
        assertEquals(hash, summary.path("workSha256").asText());
    }

    @Test
    @DisplayName("both bundles prove the exchange, and neither with one byte changed")
    void bundles() throws IOException, InterruptedException {
        JsonNode bundles = demo.last().path("bundles");
        assertEquals(2, bundles.size());
        for (JsonNode name : bundles) {
            Path bundle = Path.of(name.asText());
            Program.Result verified = Program.run("verify", bundle.toString());
            assertEquals(0, verified.exit(), verified.toString());
            assertTrue(verified.last().path("valid").asBoolean(), verified.toString());
            assertTrue(verified.last().path("proved").size() > 0, verified.toString());
            assertTrue(
                    verified.lines().stream()
                            .anyMatch(line -> line.path("type").asText().equals("claim")));
        }
        byte[] bytes = Files.readAllBytes(Path.of(bundles.get(0).asText()));
        bytes[bytes.length / 2] ^= 1;
        Path forged = Files.write(folder.resolve("forged.asice"), bytes);
        Program.Result refused = Program.run("verify", forged.toString());
        assertNotEquals(0, refused.exit());
        assertFalse(
                refused.lines().stream().anyMatch(line -> line.path("valid").asBoolean()),
                refused.toString());
    }
}
