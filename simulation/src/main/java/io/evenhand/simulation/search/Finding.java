package io.evenhand.simulation.search;

import java.util.List;

/// A broken invariant and the shortest way to it: one line for each step.
public record Finding(String invariant, List<String> trace) {
    public Finding {
        trace = List.copyOf(trace);
    }
}
