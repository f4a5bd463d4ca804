package io.evenhand.simulation.delegation;

import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.simulation.delegation.Invariants.Facts;
import io.evenhand.simulation.delegation.World.Known;
import io.evenhand.simulation.search.Interner;
import io.evenhand.simulation.search.LongIntMap;

/// The invariants with a memory: each looks at two numbers of a world, and each pair is judged
/// once.
final class Verdicts {
    private static final int HOLDS = 0;

    private final Scenario scenario;
    private final Automata automata;
    private final Invariants invariants;
    private final Interner<String> verdicts = new Interner<>();
    private final LongIntMap worlds = new LongIntMap();
    private final LongIntMap customers = new LongIntMap();
    private final LongIntMap providers = new LongIntMap();

    Verdicts(Scenario scenario, Automata automata, Invariants invariants) {
        this.scenario = scenario;
        this.automata = automata;
        this.invariants = invariants;
        int _ = verdicts.id("");
    }

    /// The invariant that `world` breaks, or the empty text.
    String broken(int[] world, Known known, Facts facts) {
        if ((world[World.FLAGS] & World.SECRET_BEFORE_FLUSH) != 0) {
            return "D-I12: the key left before the state that says so was stored";
        }
        int verdict = everywhere(world, known, facts);
        if (verdict == HOLDS) {
            verdict = end(Role.CUSTOMER, customers, world, facts);
        }
        if (verdict == HOLDS) {
            verdict = end(Role.PROVIDER, providers, world, facts);
        }
        return verdicts.value(verdict);
    }

    private int everywhere(int[] world, Known known, Facts facts) {
        long key = Tables.pair(world[World.KNOWN], world[World.CHAIN]);
        int verdict = worlds.get(key);
        if (verdict == LongIntMap.NONE) {
            verdict = verdicts.id(invariants.broken(known, facts));
            worlds.put(key, verdict);
        }
        return verdict;
    }

    private int end(Role role, LongIntMap ends, int[] world, Facts facts) {
        if (!scenario.honest(role)) {
            return HOLDS;
        }
        int state = world[role.place()];
        // What it left in the contract comes back later, and is looked at in the end.
        boolean forgot =
                (world[World.FLAGS] & World.FORGETFUL) != 0
                        && automata.state(role, state) instanceof CustomerState.Aborted;
        if (forgot) {
            return HOLDS;
        }
        long key = Tables.pair(state, world[World.CHAIN]);
        int verdict = ends.get(key);
        if (verdict == LongIntMap.NONE) {
            Object value = automata.state(role, state);
            verdict =
                    verdicts.id(
                            role == Role.CUSTOMER
                                    ? invariants.customerEnd(value, facts)
                                    : invariants.providerEnd(value, facts));
            ends.put(key, verdict);
        }
        return verdict;
    }
}
