package io.evenhand.simulation;

import java.util.List;

/// What an exploration saw.
///
/// @param states how many distinct ones were seen, of the specification and of all mutants
/// @param violations scenarios of the specification in which an invariant broke
/// @param mutants how many were tried
/// @param killed mutants refuted by the invariant that names them
/// @param seconds of the whole run
/// @param statesPerSecond on one core
/// @param bounds what the adversary and the faults were limited to, one line each
public record Report(
        long states,
        int violations,
        int mutants,
        int killed,
        double seconds,
        double statesPerSecond,
        List<ScenarioRow> scenarioRows,
        List<MutantRow> mutantRows,
        List<String> bounds) {
    public Report {
        scenarioRows = List.copyOf(scenarioRows);
        mutantRows = List.copyOf(mutantRows);
        bounds = List.copyOf(bounds);
    }

    /// One scenario of the specification.
    ///
    /// @param depth steps from its start that are wholly explored
    /// @param complete every reachable state was seen
    /// @param broken the broken invariant, or empty
    /// @param trace the shortest way to it
    public record ScenarioRow(
            String name,
            String about,
            long states,
            int depth,
            boolean complete,
            double seconds,
            String broken,
            List<String> trace) {
        public ScenarioRow {
            trace = List.copyOf(trace);
        }
    }

    /// One mutant.
    ///
    /// @param rule the rule it lacks
    /// @param expected the invariant that must break
    /// @param broken the invariant that broke, or empty if it survived
    /// @param trace the shortest way to it
    public record MutantRow(
            String name,
            String rule,
            String about,
            String expected,
            String broken,
            boolean killed,
            long states,
            double seconds,
            List<String> trace) {
        public MutantRow {
            trace = List.copyOf(trace);
        }
    }

    /// Nothing broke in the specification, and every mutant was refuted.
    public boolean passed() {
        return violations == 0 && killed == mutants;
    }
}
