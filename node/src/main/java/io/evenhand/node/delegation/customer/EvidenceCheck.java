package io.evenhand.node.delegation.customer;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.delegation.Commitments;
import io.evenhand.node.peer.InboundWire;
import io.evenhand.node.peer.Intake;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Refused;
import io.evenhand.programs.attest.EvidenceVerdict;
import io.evenhand.programs.attest.EvidenceVerifier;
import io.evenhand.programs.attest.SoftwareEvidence;
import io.evenhand.protocols.delegation.message.Message;
import java.util.List;
import java.util.Optional;

/// Looks at the evidence for a stamp key before the customer's machine sees the key. A stamper
/// whose evidence does not hold has refused, as far as we are concerned.
final class EvidenceCheck {
    private static final List<EvidenceVerifier> VERIFIERS = List.of(new SoftwareEvidence());

    private final InboundWire<Message> wire;
    private final Intake<?, Message> intake;

    EvidenceCheck(InboundWire<Message> wire, Intake<?, Message> intake) {
        this.wire = wire;
        this.intake = intake;
    }

    void deliver(PartyId from, Envelope envelope) throws Refused {
        Message message = wire.peek(envelope);
        if (message instanceof Message.StampKeyMade made) {
            Optional<String> fault = fault(made);
            if (fault.isPresent()) {
                Message refusal = new Message.Refuse("its evidence does not hold: " + fault.get());
                byte[] bytes = Records.encode(Message.class, refusal);
                intake.deliver(
                        from,
                        new Envelope(
                                envelope.protocol(), envelope.ref(), new Octets(bytes), List.of()));
                return;
            }
        }
        intake.deliver(from, envelope);
    }

    private static Optional<String> fault(Message.StampKeyMade made) {
        Optional<EvidenceVerifier> verifier =
                VERIFIERS.stream().filter(v -> v.profile().equals(made.profile())).findFirst();
        if (verifier.isEmpty()) {
            return Optional.of("no verifier for the profile it names");
        }
        EvidenceVerdict verdict =
                verifier.get()
                        .verify(
                                made.evidence().toByteArray(),
                                Commitments.reportData(made.nonce(), made.stampKey()));
        return switch (verdict) {
            case EvidenceVerdict.Accepted _ -> Optional.empty();
            case EvidenceVerdict.Refused(String why) -> Optional.of(why);
        };
    }
}
