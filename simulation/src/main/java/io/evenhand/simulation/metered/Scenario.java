package io.evenhand.simulation.metered;

import io.evenhand.simulation.Model;
import io.evenhand.simulation.search.Game;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Who is dishonest, what may go wrong, and how often.
///
/// @param dishonest at most one of both
/// @param sessions how many a channel has at most
/// @param faulty how many times the connection is cut, or a process killed
/// @param reorgs how many reorgs, each at most as deep as finality
record Scenario(
        String name,
        String about,
        Optional<Role> dishonest,
        Set<Fault> faults,
        int sessions,
        int faulty,
        int reorgs)
        implements Model.Scenario {
    Scenario {
        faults = Set.copyOf(faults);
    }

    static Scenario of(String name, String about) {
        return new Scenario(name, about, Optional.empty(), Set.of(), 2, 0, 0);
    }

    @Override
    public Game game() {
        return new MeteredGame(Mutant.none(this));
    }

    Scenario against(Role cheat) {
        return new Scenario(name, about, Optional.of(cheat), faults, sessions, faulty, reorgs);
    }

    Scenario with(Fault first, Fault... more) {
        EnumSet<Fault> all = EnumSet.of(first, more);
        all.addAll(faults);
        return new Scenario(name, about, dishonest, all, sessions, faulty, reorgs);
    }

    Scenario without(Fault less) {
        EnumSet<Fault> left = EnumSet.noneOf(Fault.class);
        left.addAll(faults);
        left.remove(less);
        return new Scenario(name, about, dishonest, left, sessions, faulty, reorgs);
    }

    Scenario sessions(int most) {
        return new Scenario(name, about, dishonest, faults, most, faulty, reorgs);
    }

    Scenario faulty(int times) {
        return new Scenario(name, about, dishonest, faults, sessions, times, reorgs);
    }

    Scenario reorgs(int times) {
        return new Scenario(name, about, dishonest, faults, sessions, faulty, times);
    }

    boolean honest(Role role) {
        return dishonest.isEmpty() || dishonest.get() != role;
    }

    boolean may(Fault fault) {
        return faults.contains(fault);
    }
}
