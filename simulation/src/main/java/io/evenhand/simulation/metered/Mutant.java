package io.evenhand.simulation.metered;

import io.evenhand.simulation.Model;
import io.evenhand.simulation.meter.MeterFlaw;
import io.evenhand.simulation.search.Game;
import java.util.Set;

/// One rule removed from the programs of metered compute: from a machine, the contract or what is
/// around them.
record Mutant(
        String name,
        String rule,
        String about,
        Scenario scenario,
        String invariant,
        Set<Flaw> flaws,
        Set<MeterFlaw> meterFlaws,
        MachineDecorators decorators)
        implements Model.Mutant {
    Mutant {
        flaws = Set.copyOf(flaws);
        meterFlaws = Set.copyOf(meterFlaws);
    }

    /// Nothing is missing.
    static Mutant none(Scenario scenario) {
        return new Mutant("", "", "", scenario, "", Set.of(), Set.of(), MachineDecorators.NOTHING);
    }

    @Override
    public Game game() {
        return new MeteredGame(this);
    }

    boolean has(Flaw flaw) {
        return flaws.contains(flaw);
    }
}
