package io.evenhand.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.simulation.delegation.DelegationModel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A few walks through the specification and through mutants.
class RandomWalksTest {
    private static final Model DELEGATION = new DelegationModel();

    /// More than a busy machine needs for the few walks here.
    private static final double SECONDS = 300;

    private static WalkReport walk(int walks, boolean mutants, long seed) {
        return RandomWalks.walk(DELEGATION, new Options(SECONDS, mutants, seed, _ -> {}), walks);
    }

    @Test
    void theSpecificationHoldsOnEveryWay() {
        List<String> progress = new ArrayList<>();
        WalkReport report =
                RandomWalks.walk(
                        DELEGATION, new Options(SECONDS, false, 20261121, progress::add), 30);
        assertTrue(report.passed(), () -> report.rows().toString());
        assertEquals(30 * report.rows().size(), report.walks());
        assertEquals(report.rows().size(), progress.size());
        assertTrue(
                report.rows().stream().allMatch(row -> row.longest() > 30),
                () -> report.rows().toString());
    }

    @Test
    void walksRefuteManyMutantsAndTheSeedFindsTheViolationAgain() {
        WalkReport report = walk(6, true, 3);
        assertEquals(0, report.violations());
        assertEquals(DELEGATION.mutants().size(), report.mutants());
        assertTrue(report.killed() >= 15, () -> "only " + report.killed());
        WalkReport.Row late =
                report.rows().stream()
                        .filter(row -> row.isMutant() && !row.broken().isEmpty())
                        .filter(row -> row.walks() > 1)
                        .findFirst()
                        .orElseThrow();
        WalkReport.Row again =
                walk(1, true, late.seed()).rows().stream()
                        .filter(row -> row.name().equals(late.name()))
                        .findFirst()
                        .orElseThrow();
        assertEquals(late.broken(), again.broken());
        assertEquals(late.trace(), again.trace());
    }

    @Test
    void aNumberOfWalksThatIsNoneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> walk(0, false, 1));
        assertThrows(
                IllegalArgumentException.class, () -> walk(RandomWalks.MAX_WALKS + 1, false, 1));
    }
}
