package io.evenhand.node.peer;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Tokens;
import io.evenhand.node.transport.BlobName;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Origin;
import io.evenhand.node.transport.Outgoing;
import io.evenhand.node.transport.PeerHandler;
import io.evenhand.node.transport.Refused;
import io.evenhand.node.transport.Standing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Serves several protocols on one port: each request goes to the gate of the protocol that it
/// names.
public final class PeerRouter implements PeerHandler {
    private final Tokens tokens;
    private final Outboxes outboxes;
    private final Map<String, ServerGate<?, ?>> gates = new TreeMap<>();

    /// @param gates one for each protocol
    public PeerRouter(Tokens tokens, Outboxes outboxes, List<? extends ServerGate<?, ?>> gates) {
        this.tokens = tokens;
        this.outboxes = outboxes;
        for (ServerGate<?, ?> gate : gates) {
            if (this.gates.put(gate.protocol(), gate) != null) {
                throw new IllegalArgumentException(gate.protocol() + " is served twice");
            }
        }
    }

    @Override
    public Standing standing(PartyId peer) {
        if (tokens.knows(peer)) {
            return Standing.KNOWN;
        }
        return gates.values().stream().anyMatch(ServerGate::servesGuests)
                ? Standing.GUEST
                : Standing.STRANGER;
    }

    @Override
    public boolean join(PartyId peer, Bytes32 token) {
        return tokens.join(peer, token);
    }

    private ServerGate<?, ?> gate(PartyId peer, String protocol) throws Refused {
        ServerGate<?, ?> gate = gates.get(protocol);
        if (gate == null) {
            throw new Refused(
                    Refused.Kind.UNKNOWN,
                    "only " + String.join(", ", gates.keySet()) + " is served here");
        }
        if (!gate.servesGuests() && !tokens.knows(peer)) {
            throw new Refused(
                    Refused.Kind.FORBIDDEN, "for " + protocol + " you have to join with an invite");
        }
        return gate;
    }

    @Override
    public void deliver(PartyId from, Origin origin, Envelope envelope) throws Refused {
        gate(from, envelope.protocol()).deliver(from, origin, envelope);
        // It will not say this again.
        outboxes.flush();
    }

    @Override
    public List<Outgoing> outbox(PartyId peer, long afterSeq, int limit) {
        return outboxes.read(peer, afterSeq, limit);
    }

    @Override
    public Optional<BlobSource> readable(PartyId peer, BlobName blob) throws Refused {
        return gate(peer, blob.protocol()).readable(peer, blob.ref(), blob.name());
    }

    @Override
    public BlobTarget accept(PartyId peer, BlobName blob, long totalSize) throws Refused {
        return gate(peer, blob.protocol()).accept(peer, blob.ref(), blob.name(), totalSize);
    }

    @Override
    public void written(PartyId peer, BlobName blob, Path file) throws Refused {
        ServerGate<?, ?> gate = gate(peer, blob.protocol());
        gate.written(peer, blob.ref(), blob.name(), file);
        if (!gate.namesFiles()) {
            // It will not send this again.
            outboxes.flush();
        }
    }

    /// Of a protocol that is not served there is no exchange to note it in.
    @Override
    public void turnedAway(PartyId peer, String protocol, Bytes32 ref, String what, Refused why) {
        ServerGate<?, ?> gate = gates.get(protocol);
        if (gate != null) {
            gate.turnedAway(ref, what, why);
        }
    }
}
