package io.evenhand.simulation.delegation;

import io.evenhand.simulation.Model;
import java.util.List;

/// DELEGATION for the explorer.
public final class DelegationModel implements Model {
    @Override
    public String protocol() {
        return "delegation";
    }

    @Override
    public List<? extends Scenario> scenarios() {
        return Scenarios.all();
    }

    @Override
    public List<? extends Scenario> walks() {
        return Scenarios.walks();
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
