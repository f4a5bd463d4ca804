package io.evenhand.simulation.delegation;

import io.evenhand.simulation.Model;
import io.evenhand.simulation.search.Game;
import java.util.EnumSet;
import java.util.Set;

/// Who is dishonest, what may go wrong, and how often.
///
/// @param reorgs how many reorgs, each at most as deep as finality
/// @param attempts how often the provider may try the policy
/// @param opens how many deals a dishonest customer opens
record Scenario(
        String name,
        String about,
        Set<Role> dishonest,
        Set<Fault> faults,
        Start start,
        int reorgs,
        int attempts,
        int opens)
        implements Model.Scenario {
    /// Where the search begins; what leads there is one undisturbed run at time 0.
    enum Start {
        /// Nothing has happened.
        IDLE,
        /// T7 is sent.
        DELIVERED
    }

    public Scenario {
        dishonest = Set.copyOf(dishonest);
        faults = Set.copyOf(faults);
    }

    @Override
    public Scenario drawn(long seed) {
        return RandomFaults.drawn(this, seed);
    }

    @Override
    public Game game() {
        return new DelegationGame(Mutant.none(this));
    }

    static Scenario of(String name, String about) {
        return new Scenario(name, about, Set.of(), Set.of(), Start.IDLE, 0, 1, 1);
    }

    Scenario against(Role... cheats) {
        return new Scenario(name, about, Set.of(cheats), faults, start, reorgs, attempts, opens);
    }

    Scenario with(Fault first, Fault... more) {
        return new Scenario(
                name, about, dishonest, EnumSet.of(first, more), start, reorgs, attempts, opens);
    }

    Scenario and(Fault more) {
        EnumSet<Fault> all = EnumSet.of(more);
        all.addAll(faults);
        return new Scenario(name, about, dishonest, all, start, reorgs, attempts, opens);
    }

    Scenario without(Fault less) {
        EnumSet<Fault> all = EnumSet.noneOf(Fault.class);
        all.addAll(faults);
        all.remove(less);
        return new Scenario(name, about, dishonest, all, start, reorgs, attempts, opens);
    }

    Scenario named(String other) {
        return new Scenario(other, about, dishonest, faults, start, reorgs, attempts, opens);
    }

    Scenario from(Start where) {
        return new Scenario(name, about, dishonest, faults, where, reorgs, attempts, opens);
    }

    Scenario reorgs(int count) {
        return new Scenario(name, about, dishonest, faults, start, count, attempts, opens);
    }

    Scenario attempts(int count) {
        return new Scenario(name, about, dishonest, faults, start, reorgs, count, opens);
    }

    Scenario opens(int count) {
        return new Scenario(name, about, dishonest, faults, start, reorgs, attempts, count);
    }

    boolean honest(Role role) {
        return !dishonest.contains(role);
    }

    boolean may(Fault fault) {
        return faults.contains(fault);
    }
}
