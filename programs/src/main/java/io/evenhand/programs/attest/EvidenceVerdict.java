package io.evenhand.programs.attest;

/// What a verifier says about evidence.
public sealed interface EvidenceVerdict {
    /// @param protects one sentence that says against whom this protects; screens print it
    record Accepted(String profile, String protects) implements EvidenceVerdict {}

    /// @param why one line
    record Refused(String why) implements EvidenceVerdict {}
}
