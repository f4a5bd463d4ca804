package io.evenhand.system.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.ledger.evm.LocalChain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A few of the crashes of `make soak`, in every build.
class CrashIT {
    private static final int KILLS = 5;

    @TempDir Path folder;

    @Test
    @DisplayName("kit 1.6: whoever is killed at whatever instant, the exchange settles")
    void randomKills() throws Exception {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant())) {
            Soak soak = new Soak(folder);
            soak.kills(chain, Actors.deploy(chain), KILLS, System.currentTimeMillis());
            assertEquals(List.of(), soak.failures());
        }
    }

    @Test
    @DisplayName("18: a process can be made to die exactly before its first and after any write")
    void doomedPoint() throws Exception {
        List<Soak.Ended> ended = new ArrayList<>();
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant());
                CrashPointSweep sweep =
                        new CrashPointSweep(
                                new DelegationExchanges(
                                        chain, Actors.deploy(chain), folder, "customer"),
                                folder,
                                "customer")) {
            int afterTheOffer = 40;
            assertTrue(sweep.at(afterTheOffer, ended::add));
            assertTrue(ended.getFirst().good(), ended::toString);
            List<String> reached = Files.readAllLines(folder.resolve("customer-40.log"));
            assertEquals(afterTheOffer, reached.size());
        }
    }
}
