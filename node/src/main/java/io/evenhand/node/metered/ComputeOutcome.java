package io.evenhand.node.metered;

import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;

/// How the rounds of one channel ended.
///
/// @param why one line for people
/// @param done cycles whose state is here
/// @param rounds that were opened
/// @param paid total of the newest update that was said
public record ComputeOutcome(Kind kind, String why, Octets state, long done, int rounds, Wei paid) {
    /// What comes next.
    public enum Kind {
        /// All cycles are done, or the program has nothing left to do.
        DONE,
        /// The user stopped it.
        STOPPED,
        /// The node does not answer any more: another one may go on.
        SILENT,
        /// The program ended in a fault, which every machine would find.
        FAULT,
        /// The node broke a rule, refused, or closed: another one may go on.
        LEFT
    }
}
