package io.evenhand.node.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FlushRestTest {
    @Test
    @Timeout(60)
    @DisplayName("where several threads flush, a flush leaves others the time to join it")
    void severalThreadsRestBetweenFlushes(@TempDir Path directory) throws InterruptedException {
        try (DataDirectory held = DataDirectory.hold(directory);
                Journal journal = Journal.open(held)) {
            long began = System.nanoTime();
            journal.transact(() -> {});
            Thread.ofPlatform().start(() -> journal.transact(() -> {})).join();
            long took = System.nanoTime() - began;
            assertTrue(took >= Duration.ofMillis(15).toNanos(), () -> took + " ns");
        }
    }
}
