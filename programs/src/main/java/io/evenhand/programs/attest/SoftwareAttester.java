package io.evenhand.programs.attest;

/// The profile `software`: a plain statement that anybody could write.
///
/// It keeps the steps of an exchange the same with and without hardware, and protects nobody
/// against the owner of the stamper's machine, who can read the stamp key and the hidden data.
public final class SoftwareAttester implements Attester {
    public static final String PROFILE = "software";

    /// Printed on every screen that shows this profile.
    public static final String WARNING =
            "Stamper profile 'software': no hardware vouches for this stamper; whoever owns its"
                    + " machine can read the hidden data and stamp anything.";

    @Override
    public String profile() {
        return PROFILE;
    }

    @Override
    public byte[] evidence(ReportData reportData) {
        return SoftwareEvidence.statement(reportData);
    }
}
