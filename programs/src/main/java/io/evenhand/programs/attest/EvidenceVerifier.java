package io.evenhand.programs.attest;

/// Checks evidence of one profile, wherever it is shown.
public interface EvidenceVerifier {
    String profile();

    /// Nothing in the evidence makes this throw.
    EvidenceVerdict verify(byte[] evidence, ReportData expected);
}
