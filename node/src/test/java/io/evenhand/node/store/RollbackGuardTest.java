package io.evenhand.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollbackGuardTest {
    @TempDir Path directory;

    @Test
    void aJournalThatIsBehindIsAnOldBackup() {
        Path file = directory.resolve("witness");
        try (RollbackGuard witness = RollbackGuard.open(file)) {
            assertFalse(witness.knowsMoreThan(0), "a new node");
            assertTrue(witness.knowsMoreThan(1), "without its witness");
            witness.advance(5);
            witness.advance(3);
        }
        try (RollbackGuard witness = RollbackGuard.open(file)) {
            assertEquals(5, witness.number());
            assertFalse(witness.knowsMoreThan(5));
            assertTrue(witness.knowsMoreThan(4));
        }
    }

    @Test
    void nobodyGoesOnBeforeItsOwnNumberIsInTheFile() throws InterruptedException {
        Path file = directory.resolve("witness");
        List<Thread> threads = new ArrayList<>();
        List<Long> early = Collections.synchronizedList(new ArrayList<>());
        try (RollbackGuard witness = RollbackGuard.open(file)) {
            for (int i = 1; i <= 64; i++) {
                long number = i;
                threads.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    witness.advance(number);
                                    try (RollbackGuard reader = RollbackGuard.open(file)) {
                                        if (reader.number() < number) {
                                            early.add(number);
                                        }
                                    }
                                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(64, witness.number());
        }
        assertEquals(List.of(), early);
    }
}
