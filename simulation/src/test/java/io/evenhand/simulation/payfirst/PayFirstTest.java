package io.evenhand.simulation.payfirst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.simulation.Explorer;
import io.evenhand.simulation.Options;
import io.evenhand.simulation.RandomWalks;
import io.evenhand.simulation.Report;
import io.evenhand.simulation.Report.ScenarioRow;
import io.evenhand.simulation.WalkReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A second protocol goes through the explorer by its model alone, and is refuted.
class PayFirstTest {
    private final PayFirstModel model = new PayFirstModel();

    private static Options options(boolean mutants, long seed) {
        return new Options(60, mutants, seed, _ -> {});
    }

    @Test
    void whoPaysFirstLosesToASellerThatNeverDelivers() {
        Report report = new Explorer(model).explore(options(false, 1));
        assertFalse(report.passed());
        assertEquals(1, report.violations());
        ScenarioRow cheated = report.scenarioRows().getLast();
        assertEquals("seller stops", cheated.name());
        assertEquals("P-I2: the payer has paid and gets nothing", cheated.broken());
        assertEquals(List.of("payer begins", "payer pays"), cheated.trace().subList(0, 2));
        assertFalse(cheated.trace().contains("seller delivers"), () -> cheated.trace().toString());
        for (ScenarioRow row : report.scenarioRows().subList(0, 2)) {
            assertEquals("", row.broken(), row.name());
            assertTrue(row.complete(), row.name());
        }
    }

    @Test
    void aSellerThatDeliversUnpaidIsRefuted() {
        Report report = new Explorer(model).explore(options(true, 1));
        assertEquals(1, report.mutants());
        assertEquals(1, report.killed());
        assertEquals(List.of("seller looks"), report.mutantRows().getFirst().trace());
    }

    @Test
    void walksFindItAndTheirSeedFindsItAgain() {
        WalkReport report = RandomWalks.walk(model, options(true, 1), 100);
        assertEquals(1, report.violations());
        assertEquals(1, report.killed());
        WalkReport.Row cheated = report.rows().get(2);
        WalkReport again = RandomWalks.walk(model, options(false, cheated.seed()), 1);
        assertEquals(cheated.trace(), again.rows().get(2).trace());
    }
}
