package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// An endpoint that pushes more waiting transactions than anybody can look at.
class PushedTransactionsTest {
    @Test
    @DisplayName("Of a flood of pushed transactions a bounded part is read between two looks")
    void aFloodIsReadInParts() throws IOException {
        String word = "0".repeat(64);
        RpcResult junk =
                new RpcResult(
                        "a push",
                        new ObjectMapper()
                                .readTree(
                                        "{\"hash\":\"0x%s\",\"from\":\"0x%s\",\"input\":\"0x\"}"
                                                .formatted(word, word.substring(24))));
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Manual());
                ChainProxy node = new ChainProxy(chain);
                JsonRpc rpc = JsonRpc.open(node.url())) {
            AtomicInteger seen = new AtomicInteger();
            MempoolScanner scanner = new MempoolScanner(rpc, () -> {});
            scanner.add(_ -> seen.incrementAndGet() < 0, () -> true);
            for (int i = 0; i < 2 * MempoolScanner.MAX_PUSHES; i++) {
                scanner.push(junk);
            }
            assertEquals(MempoolScanner.MAX_PUSHES, seen.get());
            boolean _ = scanner.look(List.of());
            assertTrue(
                    node.requests.stream().anyMatch(r -> r.contains("txpool_content")),
                    "what was passed over is looked for in the pool");
            scanner.push(junk);
            assertEquals(MempoolScanner.MAX_PUSHES + 1, seen.get());
        }
    }
}
