package io.evenhand.demo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalLoadTest {
    @TempDir Path directory;

    @Test
    void aMessageCostsOneFlushAloneAndLessInCompany() throws Exception {
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(directory),
                        Optional.empty(),
                        new SecureRandom());
        try (Store store = Store.open(directory, keys, InstantSource.system())) {
            JournalLoad load = new JournalLoad(store);
            JournalLoad.Result alone = load.run(1, Duration.ofMillis(300));
            assertTrue(alone.messages() > 0);
            assertEquals(alone.messages(), alone.flushes());
            JournalLoad.Result many = load.run(16, Duration.ofMillis(300));
            assertTrue(many.messages() > 0);
            assertTrue(many.flushes() < many.messages(), many.toString());
            assertTrue(many.commits() > many.messages(), many.toString());
        }
    }
}
