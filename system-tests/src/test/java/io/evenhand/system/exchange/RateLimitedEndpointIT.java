package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.ledger.evm.ChainProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The real program at a chain endpoint that allows few requests, or none any more.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RateLimitedEndpointIT {
    private static final String ANY_SIZE = "policy: size\natLeast: 1\natMost: 1000000\n";
    private static final String TEXT = "a work of some words\n";

    private TestCluster town;
    private ChainProxy endpoint;

    @BeforeAll
    void settle(@TempDir Path folder) throws Exception {
        town = new TestCluster(folder, TestCluster.COPY);
        endpoint = new ChainProxy(town.chain());
        town.seeChainAt("customer", endpoint.url());
        Files.writeString(town.file("input.txt"), TEXT);
    }

    @AfterAll
    void leave() throws Exception {
        endpoint.close();
        town.close();
    }

    @Test
    @DisplayName("a paid and opened work is written at once, whatever the endpoint does afterwards")
    void theFileWaitsForNoEndpoint() throws Exception {
        Path output = town.file("at-once.txt");
        Path evidence = town.file("at-once.txt.asice");
        try (Cli delegate = town.delegate("input.txt", ANY_SIZE, "at-once.txt")) {
            JsonNode _ = delegate.state("Opening");
            endpoint.fallSilent();
            JsonNode written =
                    delegate.await(
                            "write the work", line -> line.path("type").asText().equals("work"));
            assertEquals(output.toString(), written.path("output").asText());
            assertEquals(TEXT, Files.readString(output));
            assertTrue(Files.notExists(evidence), "its payment is not final");
            delegate.kill();
        } finally {
            endpoint.tellTheTruth();
        }
        // From now on the file is the user's.
        Files.writeString(output, "changed by its owner");
        JsonNode summary = town.run("customer", "resume");
        assertEquals("settled", summary.path("outcome").asText());
        assertEquals("changed by its owner", Files.readString(output));
        assertTrue(Files.exists(evidence));
        try (var notes = Files.list(town.home("customer").resolve("outputs"))) {
            assertEquals(0, notes.count(), "nothing is left to do");
        }
    }
}
