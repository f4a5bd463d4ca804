package io.evenhand.system.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.process.Loop;
import io.evenhand.ledger.evm.LocalChain;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One of the errors of `make soak PARTS=errors`, in every build.
class StrikesIT {
    @Test
    @DisplayName(
            "an Error in a loop ends its process at once with its own exit code; started again, the"
                    + " exchange settles")
    void errors(@TempDir Path folder) throws Exception {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant());
                CrashTestbed testbed = new CrashTestbed(chain, Actors.deploy(chain), folder, 2)) {
            Strikes strikes = new Strikes(testbed, folder);
            Outcome outcome =
                    strikes.provider("first", "java.lang.OutOfMemoryError", List.of(Loop.EFFECTS));
            assertTrue(outcome.good(), outcome::toString);
        }
    }
}
