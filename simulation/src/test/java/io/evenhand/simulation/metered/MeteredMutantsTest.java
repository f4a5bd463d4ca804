package io.evenhand.simulation.metered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.simulation.search.Finding;
import io.evenhand.simulation.search.Replay;
import io.evenhand.simulation.search.Search;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every rule left out is noticed, by the invariant that names it.
class MeteredMutantsTest {
    /// Ten times what the slowest mutant needs.
    private static final int MAX_STATES = 500_000;

    static List<Mutant> mutants() {
        return Mutants.all();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void aMutantIsRefutedByItsInvariantAndTheTraceReplays(Mutant mutant) {
        Search search = new Search(new MeteredGame(mutant), MAX_STATES);
        search.run();
        Finding finding =
                search.finding().orElseThrow(() -> new AssertionError(mutant.name() + " survives"));
        assertTrue(
                finding.invariant().startsWith(mutant.invariant() + ":"),
                mutant.name() + " should break " + mutant.invariant() + ": " + finding);
        assertEquals(
                finding.invariant(),
                Replay.broken(new MeteredGame(mutant), finding.trace()),
                mutant.name());
    }

    @Test
    void thereAreEnoughOfThemAndNoTwoHaveOneName() {
        List<String> names = Mutants.all().stream().map(Mutant::name).distinct().toList();
        assertEquals(Mutants.all().size(), names.size());
        assertTrue(names.size() >= 30);
    }

    @Test
    void everyFlawOfTheSurroundingsHasItsMutant() {
        for (Flaw flaw : Flaw.values()) {
            assertTrue(Mutants.all().stream().anyMatch(m -> m.has(flaw)), flaw.toString());
        }
    }
}
