package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Delegations with the commands a user types. One chain and one pair of servers serve all tests.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExchangeIT {
    private static final String ANY_SIZE = "policy: size\natLeast: 1\natMost: 134217728\n";

    private static final int BIG = 100 << 20;

    private TestCluster town;

    @BeforeAll
    void settle(@TempDir Path folder) throws Exception {
        town = new TestCluster(folder, TestCluster.COPY);
        Files.writeString(town.file("input.txt"), "a work of some words\n");
    }

    @AfterAll
    void leave() throws Exception {
        town.close();
    }

    @Test
    @DisplayName("an exchange settles, and every command around it agrees")
    void settles() throws Exception {
        BigInteger before = balance(1);
        try (Cli delegate = town.delegate("input.txt", ANY_SIZE, "output.txt")) {
            JsonNode summary = delegate.summary();
            assertEquals(0, delegate.exit(), delegate.errors());
            assertEquals("settled", summary.path("outcome").asText());
            assertEquals(
                    Files.readString(town.file("input.txt")),
                    Files.readString(town.file("output.txt")));
            String xid = summary.path("xid").asText();
            JsonNode shown = town.run("customer", "show", xid.substring(0, 12));
            assertEquals("Settled", shown.path("state").asText());
            assertEquals("0.01 eth", shown.path("wage").asText());
            assertEquals("0x" + xid, shown.path("deal").path("termsHash").asText());
            JsonNode verdict =
                    town.run(
                            "customer",
                            "verify",
                            town.file("output.txt.asice").toString(),
                            "--rpc",
                            town.chain().httpUrl());
            assertTrue(verdict.path("valid").asBoolean());
            assertTrue(verdict.path("proved").toString().contains("PAID"), verdict.toString());
        }
        JsonNode _ = town.provider().state("Settled");
        // The wage came, less the gas of one claim.
        BigInteger gained = balance(1).subtract(before);
        assertTrue(gained.compareTo(Wei.parse("0.0099 eth").value()) > 0, gained.toString());
        JsonNode list = town.run("provider", "list");
        assertTrue(list.path("exchanges").asInt() >= 1);
        JsonNode quote = town.run("customer", "quote", "@" + town.file("provider.invite"));
        assertEquals("0.005 eth", quote.path("price").asText());
        assertTrue(quote.path("earlier").path("settled").asInt() >= 1, quote.toString());
        JsonNode tried =
                town.run(
                        "provider",
                        "provider",
                        "check",
                        town.file("service.yaml").toString(),
                        "--try",
                        town.file("input.txt").toString());
        assertTrue(tried.path("passed").asBoolean(), tried.toString());
    }

    @Test
    @DisplayName("each process is killed in the middle and started again, and the exchange settles")
    void kills() throws Exception {
        Cli delegate = town.delegate("input.txt", ANY_SIZE, "killed.txt");
        String ref = delegate.state("AwaitingWork").path("exchange").asText();
        town.restartStamper();
        town.restartProvider();
        JsonNode _ = delegate.state("Funding");
        delegate.kill();
        try (Cli again = town.delegate("input.txt", ANY_SIZE, "./killed.txt")) {
            assertEquals(4, again.exit());
            assertTrue(again.errors().contains(ref.substring(0, 8)), again.errors());
            assertTrue(again.errors().contains("evenhand resume"), again.errors());
        }
        town.restartProvider();
        JsonNode summary = town.run("customer", "resume");
        assertEquals("settled", summary.path("outcome").asText());
        assertEquals(summary.path("wage"), summary.path("paid"), summary.toString());
        assertEquals(ref, summary.path("exchange").asText());
        assertEquals(
                Files.readString(town.file("input.txt")),
                Files.readString(town.file("killed.txt")));
    }

    @Test
    @DisplayName("work that fails the policy is not paid for: exit code 1, and the reason")
    void failingWork() throws Exception {
        BigInteger before = balance(0);
        try (Cli delegate =
                town.delegate("input.txt", "policy: size\natLeast: 1\natMost: 5\n", "bad.txt")) {
            JsonNode summary = delegate.summary();
            assertEquals(1, delegate.exit());
            assertEquals("aborted", summary.path("outcome").asText());
            assertEquals("0 wei", summary.path("paid").asText());
            assertTrue(summary.path("reason").asText().contains("policy"), summary.toString());
        }
        assertEquals(before, balance(0));
        assertTrue(Files.notExists(town.file("bad.txt")));
    }

    @Test
    @DisplayName("a wage below the price is refused before anything begins")
    void lowWage() throws Exception {
        try (Cli delegate =
                town.delegate("input.txt", ANY_SIZE, "low.txt", "--wage", "0.0001 eth")) {
            assertEquals(2, delegate.exit());
            assertTrue(delegate.errors().contains("raise --wage"), delegate.errors());
        }
    }

    @Test
    @DisplayName(
            "Ctrl-C says what is pending and how to go on; giving up before the deposit is free")
    void interrupted() throws Exception {
        try (Cli delegate = town.delegate("input.txt", ANY_SIZE, "given-up.txt")) {
            String ref = delegate.state("Offered").path("exchange").asText();
            delegate.stop();
            assertTrue(delegate.errors().contains("evenhand resume"), delegate.errors());
            try (Cli refund = Cli.start(town.home("customer"), "refund", ref, "--wait")) {
                String outcome = refund.summary().path("outcome").asText();
                assertEquals(outcome.equals("settled") ? 0 : 1, refund.exit());
            }
        }
    }

    @Test
    @DisplayName("100 MiB of work pass through processes of 256 MiB heap")
    void bigWork() throws Exception {
        Path big = town.file("big.bin");
        Random random = new Random(20_261_121);
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(big)) {
            for (int i = 0; i < BIG / block.length; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        try (Cli delegate = town.delegate("big.bin", ANY_SIZE, "big.out")) {
            JsonNode summary = delegate.summary();
            assertEquals(0, delegate.exit(), delegate.errors());
            assertEquals(BIG, summary.path("workBytes").asInt());
            assertEquals(-1, Files.mismatch(big, town.file("big.out")));
            String ref = summary.path("exchange").asText();
            JsonNode _ = town.provider().state("Settled");
            // Each large file once: the works in clear are at the user's own --output alone.
            assertEquals(Set.of("leaves", "sealed"), kept("customer", ref));
            assertEquals(Set.of("input", "leaves", "sealed"), kept("provider", ref));
            assertEquals(Set.of(), kept("stamper", ref));
        }
    }

    /// What a party's home holds of an exchange that is over.
    private Set<String> kept(String party, String ref) throws IOException {
        Path files = town.home(party).resolve("blobs/delegation-" + party + "-" + ref);
        if (!Files.isDirectory(files)) {
            return Set.of();
        }
        try (Stream<Path> found = Files.list(files)) {
            return found.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private BigInteger balance(int account) {
        return town.chain().balance(LocalChain.wallet(account).address()).value();
    }
}
