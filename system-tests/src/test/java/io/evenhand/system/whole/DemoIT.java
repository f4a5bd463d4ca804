package io.evenhand.system.whole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.evidence.Reading;
import io.evenhand.kit.evidence.Conclusion;
import io.evenhand.protocols.delegation.evidence.Outcome;
import io.evenhand.protocols.delegation.evidence.Proven;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
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

    /// Changed bytes that are tried in each bundle of some 4,000.
    private static final int FLIPS = 64;

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
        BigInteger wage = Program.wei(summary.path("wage"));
        assertEquals(1, wage.signum());
        assertEquals(wage.negate(), Program.wei(summary.path("customerDelta")));
        assertEquals(wage, Program.wei(summary.path("providerDelta")));
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
        assertTrue(gas.path("refund").isMissingNode());
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
    @DisplayName("both bundles prove the exchange, each alone and both together")
    void bundles() throws IOException, InterruptedException {
        JsonNode bundles = demo.last().path("bundles");
        // The stamper adds its own when its part is over too.
        assertTrue(bundles.size() >= 2, bundles.toString());
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
        Reading together = Proofs.read(Proofs.of(demo.last()));
        assertEquals(1, together.exchanges().size());
        Conclusion verdict = together.exchanges().getFirst().conclusion();
        assertEquals(Outcome.SETTLED, verdict.outcome());
        assertTrue(verdict.proves(Proven.PAID));
        assertFalse(verdict.proves(Proven.CONTRADICTION));
    }

    @Test
    @DisplayName("neither bundle proves anything with one byte changed, wherever it is")
    void forged() throws IOException, InterruptedException {
        Random random = new Random(20_261_121);
        for (Path bundle : Proofs.of(demo.last())) {
            byte[] genuine = Files.readAllBytes(bundle);
            for (int i = 0; i < FLIPS; i++) {
                byte[] bytes = genuine.clone();
                int at = random.nextInt(bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Path forged = Files.write(folder.resolve("forged.asice"), bytes);
                Reading reading = Proofs.read(List.of(forged));
                assertFalse(reading.valid(), bundle + " with another byte " + at);
                assertTrue(reading.exchanges().isEmpty());
            }
            Program.Result refused =
                    Program.run("verify", folder.resolve("forged.asice").toString());
            assertEquals(1, refused.exit());
            assertFalse(
                    refused.lines().stream().anyMatch(line -> line.path("valid").asBoolean()),
                    refused.toString());
        }
    }

    @Test
    @DisplayName("the customer hands the work to a judge, who opens it and finds that it passes")
    void judged() throws IOException, InterruptedException {
        Path bundle = folder.resolve("case.asice");
        Path work = folder.resolve("case-work");
        JsonNode summary = demo.last();
        String name = String.valueOf(Proofs.of(summary).getFirst().getFileName());
        Program.Result made =
                Program.run(
                        "evidence",
                        name.replaceAll("[a-z]+-|\\.asice", ""),
                        "--home",
                        folder.resolve("customer").toString(),
                        "--output",
                        bundle.toString(),
                        "--with-work",
                        work.toString(),
                        "--hidden",
                        folder.resolve("hidden.csv").toString());
        assertEquals(0, made.exit(), made.toString());
        Path page = folder.resolve("report.html");
        Program.Result judged =
                Program.run(
                        "verify",
                        bundle.toString(),
                        "--work",
                        work.toString(),
                        "--html",
                        page.toString());
        assertEquals(0, judged.exit(), judged.toString());
        String proved = judged.last().path("proved").toString();
        assertTrue(proved.contains("WORK_OPENS") && proved.contains("WORK_PASSES"), proved);
        assertEquals(0, judged.last().path("blame").size());
        String text = Files.readString(page);
        assertTrue(text.contains(summary.path("workSha256").asText()), "the work's own hash");
        assertFalse(text.contains("<script") || text.contains("http://"), "nothing from outside");
    }
}
