package io.evenhand.simulation;

import java.util.List;

/// What random walks saw.
///
/// @param walks that were taken, of the specification and of mutants
/// @param steps of all walks together
/// @param violations groups of walks of the specification in which an invariant broke
/// @param mutants how many were tried
/// @param killed mutants that a walk refuted; walks are blind, so some survive
/// @param seconds of the whole run
/// @param bounds what the adversary and the faults were limited to, one line each
public record WalkReport(
        int walks,
        long steps,
        int violations,
        int mutants,
        int killed,
        double seconds,
        List<Row> rows,
        List<String> bounds) {
    public WalkReport {
        rows = List.copyOf(rows);
        bounds = List.copyOf(bounds);
    }

    /// Walks of one kind: a scenario of the specification, or a mutant.
    ///
    /// @param rule the rule that a mutant lacks, or empty
    /// @param longest steps of the longest walk
    /// @param broken the invariant that broke in the last walk, or empty
    /// @param seed that draws this last walk
    /// @param faults that belong to that seed
    /// @param trace of the violation, with what it does not need left out
    public record Row(
            String name,
            String about,
            String rule,
            int walks,
            long steps,
            int longest,
            String broken,
            long seed,
            List<String> faults,
            List<String> trace) {
        public Row {
            faults = List.copyOf(faults);
            trace = List.copyOf(trace);
        }

        public boolean isMutant() {
            return !rule.isEmpty();
        }
    }

    /// Nothing broke in the specification.
    public boolean passed() {
        return violations == 0;
    }
}
