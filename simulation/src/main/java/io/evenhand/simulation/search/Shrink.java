package io.evenhand.simulation.search;

import java.util.ArrayList;
import java.util.List;

/// Leaves out of a trace what its violation does not need: first long pieces, then single steps.
public final class Shrink {
    private Shrink() {}

    /// The same broken invariant by a trace from which no single step can be left out.
    public static Finding shrunk(Game game, Finding finding) {
        List<String> trace = finding.trace();
        int piece = Math.max(1, trace.size() / 2);
        while (true) {
            List<String> shorter = without(game, finding.invariant(), trace, piece);
            boolean same = shorter.size() == trace.size();
            trace = shorter;
            if (same && piece == 1) {
                return new Finding(finding.invariant(), trace);
            }
            piece = same ? piece / 2 : Math.min(piece, Math.max(1, trace.size() / 2));
        }
    }

    private static List<String> without(
            Game game, String invariant, List<String> trace, int piece) {
        List<String> left = trace;
        for (int at = 0; at < left.size(); ) {
            List<String> tried = new ArrayList<>(left);
            tried.subList(at, Math.min(at + piece, tried.size())).clear();
            if (breaks(game, invariant, tried)) {
                left = tried;
            } else {
                at += piece;
            }
        }
        return left;
    }

    private static boolean breaks(Game game, String invariant, List<String> trace) {
        try {
            return Replay.broken(game, trace).equals(invariant);
        } catch (IllegalStateException e) {
            // A step that is left needs one that was left out.
            return false;
        }
    }
}
