package io.evenhand.simulation;

import io.evenhand.simulation.search.Game;
import java.util.List;
import java.util.Set;

/// A protocol as the explorer sees it: scenarios that it must stand, and mutants that it must not.
///
/// A protocol has one model, in a package of its own below this one. Scenarios and mutants make
/// their own games, so nothing here needs to know of what kind they are.
public interface Model {
    /// The name by which `evenhand explore` finds it.
    String protocol();

    /// What the search goes through.
    List<? extends Scenario> scenarios();

    /// What random walks go through.
    default List<? extends Scenario> walks() {
        return scenarios();
    }

    /// Each must be refuted. Walks refute some of them.
    List<? extends Mutant> mutants();

    /// What adversary, faults and time are limited to, one line each.
    List<String> bounds();

    /// Who is dishonest, and what may go wrong.
    interface Scenario {
        String name();

        String about();

        /// The faults that may happen beside those that always may; they are reported with a
        /// violation.
        default Set<? extends Enum<?>> faults() {
            return Set.of();
        }

        /// This scenario with the faults that belong to the seed of one walk. The same seed gives
        /// the same faults.
        default Scenario drawn(long seed) {
            return this;
        }

        /// The programs under this scenario; a new game with each call, since a game remembers.
        Game game();
    }

    /// The same programs without one rule, where that must show.
    interface Mutant {
        String name();

        /// The rule that is missing, by its number.
        String rule();

        String about();

        /// The one that must break: the word before the colon of what {@link Game#broken} says.
        String invariant();

        Scenario scenario();

        /// As {@link Scenario#game}, without the rule.
        Game game();
    }
}
