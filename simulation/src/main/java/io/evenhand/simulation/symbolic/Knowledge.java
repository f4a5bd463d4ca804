package io.evenhand.simulation.symbolic;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.simulation.search.Interner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What can be derived from what is known: facts are bits, and a rule gives one fact for several
/// others.
public final class Knowledge {
    /// One bit a fact; an exchange has about twenty secrets, works and ciphertexts.
    private static final int MAX_FACTS = 63;

    private record Rule(long needs, long gives) {}

    private final Interner<Bytes32> facts = new Interner<>();
    private final List<Rule> rules = new ArrayList<>();
    private final Map<Long, Long> closures = new HashMap<>();

    /// The bit of a fact, named by the secret's, work's or ciphertext's fingerprint.
    public long fact(Bytes32 name) {
        int id = facts.id(name);
        if (id >= MAX_FACTS) {
            throw new IllegalStateException("more than " + MAX_FACTS + " facts");
        }
        return 1L << id;
    }

    /// Who knows all of `needs` can derive `gives`.
    void rule(long needs, long gives) {
        Rule rule = new Rule(needs, gives);
        if (!rules.contains(rule)) {
            rules.add(rule);
            closures.clear();
        }
    }

    /// Everything that follows from `known`.
    public long closure(long known) {
        Long before = closures.get(known);
        if (before != null) {
            return before;
        }
        long all = known;
        boolean more = true;
        while (more) {
            long old = all;
            for (Rule rule : rules) {
                all |= (all & rule.needs) == rule.needs ? rule.gives : 0;
            }
            more = all != old;
        }
        closures.put(known, all);
        return all;
    }

    public boolean derives(long known, long fact) {
        return (closure(known) & fact) != 0;
    }
}
