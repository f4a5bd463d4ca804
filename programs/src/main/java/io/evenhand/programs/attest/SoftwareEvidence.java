package io.evenhand.programs.attest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Evidence of the profile `software`: one line of text with the report data, and the warning.
public final class SoftwareEvidence implements EvidenceVerifier {
    /// Longer than the statement, far shorter than anything else.
    public static final int MAX_BYTES = 1024;

    private static final String TITLE = "evenhand software evidence 1 ";

    @Override
    public String profile() {
        return SoftwareAttester.PROFILE;
    }

    @Override
    public EvidenceVerdict verify(byte[] evidence, ReportData expected) {
        byte[] title = TITLE.getBytes(StandardCharsets.US_ASCII);
        if (evidence.length > MAX_BYTES) {
            return new EvidenceVerdict.Refused(
                    "software evidence is larger than " + MAX_BYTES + " bytes");
        }
        if (!Arrays.equals(
                evidence, 0, Math.min(evidence.length, title.length), title, 0, title.length)) {
            return new EvidenceVerdict.Refused("this is not evidence of the profile software");
        }
        if (!Arrays.equals(evidence, statement(expected))) {
            return new EvidenceVerdict.Refused(
                    "the software evidence names another nonce, job or stamp key");
        }
        return new EvidenceVerdict.Accepted(SoftwareAttester.PROFILE, SoftwareAttester.WARNING);
    }

    static byte[] statement(ReportData reportData) {
        return (TITLE + reportData + "\n" + SoftwareAttester.WARNING + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
