package io.evenhand.system.whole;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a demo leaves behind that nobody let end in order.
class OrphansIT {
    @Test
    @DisplayName("a demo killed with SIGKILL takes chain, stamper, provider and customer along")
    void orphans(@TempDir Path folder) throws Exception {
        try (Program demo = Program.start("", List.of("demo", "--folder", folder + ""))) {
            var _ =
                    demo.await(
                            "work under way",
                            line -> line.path("to").asText().equals("AwaitingWork"));
            List<ProcessHandle> all = demo.descendants();
            // The chain and three parties, each with its guard.
            assertTrue(all.size() >= 8, all::toString);
            demo.kill();
            for (ProcessHandle one : all) {
                ProcessHandle _ = one.onExit().get(Program.LIMIT.toSeconds(), TimeUnit.SECONDS);
                assertFalse(one.isAlive());
            }
        }
    }
}
