package io.evenhand.simulation.delegation;

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
class MutantsTest {
    /// Ten times what the slowest mutant needs.
    private static final int MAX_STATES = 2_000_000;

    static List<Mutant> mutants() {
        return Mutants.all();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void aMutantIsRefutedByItsInvariantAndTheTraceReplays(Mutant mutant) {
        Search search = new Search(new DelegationGame(mutant), MAX_STATES);
        search.run();
        Finding finding =
                search.finding().orElseThrow(() -> new AssertionError(mutant.name() + " survives"));
        assertTrue(
                finding.invariant().startsWith(mutant.invariant() + ":"),
                mutant.name() + " should break " + mutant.invariant() + ": " + finding);
        assertEquals(
                finding.invariant(),
                Replay.broken(new DelegationGame(mutant), finding.trace()),
                mutant.name());
    }

    @Test
    void thereAreEnoughOfThemAndNoTwoHaveOneName() {
        List<String> names = Mutants.all().stream().map(Mutant::name).distinct().toList();
        assertEquals(Mutants.all().size(), names.size());
        assertTrue(names.size() >= 16);
    }

    @Test
    void theSpecificationStandsWhereItsMutantsFall() {
        for (Scenario scenario : Mutants.all().stream().map(Mutant::scenario).distinct().toList()) {
            Search search = new Search(new DelegationGame(Mutant.none(scenario)), 5_000);
            search.run();
            assertEquals(List.of(), search.finding().stream().toList(), scenario.toString());
        }
    }
}
