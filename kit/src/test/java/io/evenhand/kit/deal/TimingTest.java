package io.evenhand.kit.deal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TimingTest {
    @Test
    @DisplayName(
            "The contract takes every deposit made by tFund: no window is below its MIN_WINDOW")
    void everyWindowFitsTheContract() {
        Timing careless = new Timing(0, 0, 0, 0, 0, 0);
        for (Timing timing : List.of(Timing.LOCAL, Timing.ETHEREUM, careless)) {
            long window = timing.minClaimWindow() - timing.clockErrorSeconds();
            assertTrue(window >= Timing.CONTRACT_WINDOW_SECONDS, timing.toString());
        }
    }

    @Test
    void theContractsWindowIsTheOneInTheContract() throws IOException {
        String contract = Files.readString(Path.of("..", "contracts", "src", "Escrow.sol"));
        String constant = "MIN_WINDOW = " + Timing.CONTRACT_WINDOW_SECONDS + " seconds;";
        assertTrue(contract.contains(constant), constant);
    }

    @Test
    @DisplayName("10: the window is the reveal margin, inclusion, finality and the slack")
    void theWindowIsTheSumOfTheMargins() {
        assertEquals(5_880, Timing.ETHEREUM.revealMargin());
        assertEquals(5_880 + 600 + 960 + 3_600, Timing.ETHEREUM.minClaimWindow());
        assertEquals(20, Timing.LOCAL.revealMargin());
        assertEquals(64, Timing.LOCAL.minClaimWindow());
    }
}
