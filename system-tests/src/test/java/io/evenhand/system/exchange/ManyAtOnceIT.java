package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many delegations at once, every party a process; 100 of them are for `make soak`.
class ManyAtOnceIT {
    @Test
    @DisplayName("eight delegations of two customers with one provider settle at once")
    void eight(@TempDir Path folder) throws Exception {
        try (Cli bench =
                Cli.start(
                        folder.resolve("home"),
                        "bench",
                        "exchanges",
                        "--count",
                        "8",
                        "--customers",
                        "2")) {
            JsonNode summary = bench.summary();
            assertEquals(0, bench.exit(), bench.errors());
            assertEquals(8, summary.path("count").asInt());
            assertEquals(8, summary.path("settled").asInt());
            assertEquals(3, summary.path("confirmations").asInt());
            assertEquals(1, summary.path("blockSeconds").asInt());
            assertTrue(summary.path("perSecond").asDouble() > 0);
            long half = summary.path("p50Ms").asLong();
            assertTrue(half > 0 && half <= summary.path("p99Ms").asLong(), summary.toString());
        }
    }
}
