package io.evenhand.simulation.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.simulation.search.Replay;
import io.evenhand.simulation.search.Search;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A slice of every scenario of the specification; `evenhand explore delegation` sees them whole.
class SpecificationTest {
    private static final int SLICE = 40_000;

    static List<Scenario> scenarios() {
        return Scenarios.all();
    }

    private static Search searched(Scenario scenario, int states) {
        Search search = new Search(new DelegationGame(Mutant.none(scenario)), states);
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
    void DI8_allHonestAndInTimeSettlesAndIsSeenWhole() {
        assertTrue(searched(Scenarios.PROMPT, SLICE).complete());
    }

    @Test
    void DI8_whoIsPutBackAtTheHorizonMayWaitForTheLastRefundToBeFinal() {
        List<String> trace = new ArrayList<>(empty(1, 4));
        trace.addAll(List.of("block 5: open of 100 wei until 96", "stamper: wakes at FUND"));
        trace.addAll(empty(6, 8));
        trace.add("customer -> provider: Funded with 100 wei, made up");
        trace.addAll(List.of("customer: wakes at WORK", "provider: looks at the chain"));
        trace.addAll(empty(9, 9));
        trace.add("provider: hands over Claim");
        trace.addAll(empty(10, 18));
        trace.addAll(List.of("provider: is backed up", "provider: looks at the chain"));
        trace.addAll(empty(19, 24));
        trace.addAll(List.of("block 25: refund by payer", "provider: is restored"));
        assertEquals("", Replay.broken(Scenarios.RESTORED_SELLER_CHEATED.game(), trace));
    }

    private static List<String> empty(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(n -> "block " + n + ": empty").toList();
    }

    @Test
    void everyPartyIsDishonestSomewhere() {
        for (Role role : Role.values()) {
            assertTrue(Scenarios.all().stream().anyMatch(s -> !s.honest(role)), role.toString());
        }
        for (Fault fault : Fault.values()) {
            assertTrue(Scenarios.all().stream().anyMatch(s -> s.may(fault)), fault.toString());
        }
        assertEquals(
                Scenarios.all().size(),
                Set.copyOf(Scenarios.all().stream().map(Scenario::name).toList()).size());
    }
}
