package io.evenhand.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.simulation.delegation.DelegationModel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplorerTest {
    @Test
    void aShortRunReportsWhatItSaw() {
        List<String> progress = new ArrayList<>();
        Report report =
                new Explorer(new DelegationModel())
                        .explore(new Options(2, false, 7, progress::add));
        assertEquals(0, report.violations());
        assertEquals(0, report.mutants());
        assertTrue(report.passed());
        assertTrue(report.states() > 0);
        assertEquals(
                report.states(),
                report.scenarioRows().stream().mapToLong(Report.ScenarioRow::states).sum());
        assertFalse(report.bounds().isEmpty());
    }

    @Test
    void aTimeThatIsNoneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Options(0, false, 1, _ -> {}));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Options(Options.MAX_SECONDS + 1, false, 1, _ -> {}));
        assertThrows(
                IllegalArgumentException.class, () -> new Options(Double.NaN, false, 1, _ -> {}));
    }
}
