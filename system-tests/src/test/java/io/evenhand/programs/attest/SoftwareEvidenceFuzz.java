package io.evenhand.programs.attest;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class SoftwareEvidenceFuzz extends FuzzTarget {
    private static final ReportData EXPECTED = ReportData.of(new byte[ReportData.BYTES]);

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(SoftwareEvidence.statement(EXPECTED));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        EvidenceVerdict verdict = new SoftwareEvidence().verify(input, EXPECTED);
        boolean genuine = Arrays.equals(input, SoftwareEvidence.statement(EXPECTED));
        require(verdict instanceof EvidenceVerdict.Accepted == genuine, "forged evidence");
        if (verdict instanceof EvidenceVerdict.Refused(String why)) {
            checkLine(why);
        }
        read(() -> ReportData.of(input)).ifPresent(data -> same(input, data.toByteArray()));
    }
}
