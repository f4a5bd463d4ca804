package io.evenhand.simulation.delegation;

import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.simulation.delegation.GlobalState.Known;
import io.evenhand.simulation.delegation.Invariants.Facts;
import io.evenhand.simulation.search.Interner;
import io.evenhand.simulation.search.LongIntMap;

/// The invariants with a memory: each looks at two numbers of a global state, and each pair is
/// judged once.
final class MemoizedInvariants {
    private static final int HOLDS = 0;

    private final Scenario scenario;
    private final MemoizedMachines machines;
    private final Invariants invariants;
    private final Interner<String> verdicts = new Interner<>();
    private final LongIntMap byKnowledge = new LongIntMap();
    private final LongIntMap customers = new LongIntMap();
    private final LongIntMap providers = new LongIntMap();

    MemoizedInvariants(Scenario scenario, MemoizedMachines machines, Invariants invariants) {
        this.scenario = scenario;
        this.machines = machines;
        this.invariants = invariants;
        int _ = verdicts.id("");
    }

    /// The invariant that `global` breaks, or the empty text.
    String broken(int[] global, Known known, Facts facts) {
        if ((global[GlobalState.FLAGS] & GlobalState.SECRET_BEFORE_FLUSH) != 0) {
            return "D-I12: the key left before the state that says so was stored";
        }
        int verdict = everywhere(global, known, facts);
        if (verdict == HOLDS) {
            verdict = end(Role.CUSTOMER, customers, global, facts);
        }
        if (verdict == HOLDS) {
            verdict = end(Role.PROVIDER, providers, global, facts);
        }
        return verdicts.value(verdict);
    }

    private int everywhere(int[] global, Known known, Facts facts) {
        long key = MemoTables.pair(global[GlobalState.KNOWN], global[GlobalState.CHAIN]);
        int verdict = byKnowledge.get(key);
        if (verdict == LongIntMap.NONE) {
            verdict = verdicts.id(invariants.broken(known, facts));
            byKnowledge.put(key, verdict);
        }
        return verdict;
    }

    private int end(Role role, LongIntMap ends, int[] global, Facts facts) {
        if (!scenario.honest(role)) {
            return HOLDS;
        }
        int state = global[role.place()];
        // What it left in the contract comes back later, and is looked at in the end.
        boolean forgot =
                (global[GlobalState.FLAGS] & GlobalState.FORGETFUL) != 0
                        && machines.state(role, state) instanceof CustomerState.Aborted;
        if (forgot) {
            return HOLDS;
        }
        long key = MemoTables.pair(state, global[GlobalState.CHAIN]);
        int verdict = ends.get(key);
        if (verdict == LongIntMap.NONE) {
            Object value = machines.state(role, state);
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
