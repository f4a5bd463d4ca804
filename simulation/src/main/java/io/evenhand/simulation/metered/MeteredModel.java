package io.evenhand.simulation.metered;

import io.evenhand.simulation.Model;
import java.util.List;

/// METERED for the explorer.
public final class MeteredModel implements Model {
    @Override
    public String protocol() {
        return "metered";
    }

    @Override
    public List<? extends Scenario> scenarios() {
        return Scenarios.all();
    }

    @Override
    public List<? extends Mutant> mutants() {
        return Mutants.all();
    }

    @Override
    public List<String> bounds() {
        return Bounds.lines();
    }
}
