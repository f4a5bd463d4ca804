package io.evenhand.simulation.metered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.simulation.Explorer;
import io.evenhand.simulation.Options;
import io.evenhand.simulation.Report;
import io.evenhand.simulation.search.Search;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A slice of every scenario of the specification; `evenhand explore metered` sees them whole.
class MeteredSpecificationTest {
    private static final int SLICE = 10_000;

    static List<Scenario> scenarios() {
        return Scenarios.all();
    }

    private static Search searched(Scenario scenario, int states) {
        Search search = new Search(scenario.game(), states);
        search.run();
        return search;
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theSpecificationHolds(Scenario scenario) {
        Search search = searched(scenario, SLICE);
        assertEquals(List.of(), search.finding().stream().toList(), scenario.name());
        assertTrue(search.complete() || search.states() >= SLICE);
    }

    @Test
    void AI1_allHonestAndInTimeIsOpenedAndPaidAndSeenWhole() {
        assertTrue(searched(Scenarios.PROMPT, SLICE).complete());
    }

    @Test
    void AI2_aDishonestRequesterIsSeenWhole() {
        assertTrue(searched(Scenarios.BAD_REQUESTER, 100_000).complete());
    }

    @Test
    void bothPartiesAreDishonestSomewhereAndEveryFaultHappens() {
        for (Role role : Role.values()) {
            assertTrue(Scenarios.all().stream().anyMatch(s -> !s.honest(role)), role.toString());
        }
        List<Scenario> all =
                Stream.concat(
                                Scenarios.all().stream(),
                                Mutants.all().stream().map(Mutant::scenario))
                        .toList();
        for (Fault fault : Fault.values()) {
            assertTrue(all.stream().anyMatch(s -> s.may(fault)), fault.toString());
        }
        assertEquals(
                Scenarios.all().size(),
                Set.copyOf(Scenarios.all().stream().map(Scenario::name).toList()).size());
    }

    @Test
    void theExplorerTakesTheModel() {
        Report report = new Explorer(new MeteredModel()).explore(new Options(1, false, 7, _ -> {}));
        assertTrue(report.passed(), report::toString);
        assertEquals(Scenarios.all().size(), report.scenarioRows().size());
        assertFalse(report.bounds().isEmpty());
    }
}
