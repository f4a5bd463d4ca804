package io.evenhand.simulation.delegation;

import io.evenhand.simulation.escrow.EscrowFlaw;
import java.util.Set;

/// The same programs with one rule removed, and where that must show.
///
/// @param rule the rule that is missing, by its number
/// @param invariant the one that must break
public record Mutant(
        String name,
        String rule,
        String about,
        Scenario scenario,
        String invariant,
        Set<Flaw> flaws,
        Set<EscrowFlaw> escrowFlaws,
        Wrap wrap) {
    public Mutant {
        flaws = Set.copyOf(flaws);
        escrowFlaws = Set.copyOf(escrowFlaws);
    }

    /// Nothing is missing.
    public static Mutant none(Scenario scenario) {
        return new Mutant("", "", "", scenario, "", Set.of(), Set.of(), Wrap.NOTHING);
    }

    boolean has(Flaw flaw) {
        return flaws.contains(flaw);
    }
}
