package io.evenhand.programs.attest;

/// Makes evidence on the machine where the stamper runs.
public interface Attester {
    /// The name of the profile, which stands in the Terms and in every stamp.
    String profile();

    byte[] evidence(ReportData reportData);
}
