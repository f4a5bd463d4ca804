package io.evenhand.simulation.delegation;

import io.evenhand.simulation.Model;
import io.evenhand.simulation.escrow.EscrowFlaw;
import io.evenhand.simulation.search.Game;
import java.util.Set;

/// One rule removed from the programs of delegation: from a machine, the contract or what is around
/// them.
record Mutant(
        String name,
        String rule,
        String about,
        Scenario scenario,
        String invariant,
        Set<Flaw> flaws,
        Set<EscrowFlaw> escrowFlaws,
        MachineDecorators decorators)
        implements Model.Mutant {
    public Mutant {
        flaws = Set.copyOf(flaws);
        escrowFlaws = Set.copyOf(escrowFlaws);
    }

    /// Nothing is missing.
    static Mutant none(Scenario scenario) {
        return new Mutant("", "", "", scenario, "", Set.of(), Set.of(), MachineDecorators.NOTHING);
    }

    @Override
    public Game game() {
        return new DelegationGame(this);
    }

    boolean has(Flaw flaw) {
        return flaws.contains(flaw);
    }
}
