package io.evenhand.node.metered;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.programs.attest.Attester;
import io.evenhand.programs.attest.EvidenceVerdict;
import io.evenhand.programs.attest.EvidenceVerifier;
import io.evenhand.programs.attest.ReportData;
import io.evenhand.programs.attest.SoftwareAttester;
import io.evenhand.programs.attest.SoftwareEvidence;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Evidence that the keys in a hello are those of an enclave, made for one session and one
/// challenge (spec-metered H). The only profile so far is `software`, which vouches for nothing.
public final class EnclaveEvidence {
    /// Printed on every screen that shows this profile.
    public static final String WARNING =
            "Enclave profile 'software': no hardware vouches for this enclave; whoever owns the"
                    + " node's machine can read the states and make results up.";

    private static final byte[] JOB = Hashes.ascii("fx/meter/job");
    private static final Attester ATTESTER = new SoftwareAttester();
    private static final EvidenceVerifier VERIFIER = new SoftwareEvidence();

    private EnclaveEvidence() {}

    /// At the node.
    static Octets make(Opening opening, Bytes32 encKey, PublicKey sigKey) {
        return new Octets(ATTESTER.evidence(reportData(opening, encKey, sigKey)));
    }

    /// At the requester, before it seals anything to the keys.
    ///
    /// @param opening what it asked for the session with
    public static EvidenceVerdict verify(Opening opening, Hello hello) {
        EvidenceVerdict verdict =
                VERIFIER.verify(
                        hello.evidence().toByteArray(),
                        reportData(opening, hello.encKey(), hello.sigKey()));
        return switch (verdict) {
            case EvidenceVerdict.Accepted(String profile, String _) ->
                    new EvidenceVerdict.Accepted(profile, WARNING);
            case EvidenceVerdict.Refused refused -> refused;
        };
    }

    /// Why a hello is not believed; empty if it is.
    static Optional<String> against(RequesterEffect.CheckEvidence check) {
        return switch (verify(check.opening(), check.hello().hello())) {
            case EvidenceVerdict.Accepted _ -> Optional.empty();
            case EvidenceVerdict.Refused(String why) -> Optional.of(why);
        };
    }

    private static ReportData reportData(Opening opening, Bytes32 encKey, PublicKey sigKey) {
        byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(opening.number()).array();
        Bytes32 job = Bytes32.of(Hashes.sha256(JOB, opening.xid().toByteArray(), number));
        return ReportData.enclave(opening.nonce(), job, sigKey, encKey);
    }
}
