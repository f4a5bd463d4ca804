package io.evenhand.node.transport;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.value.Octets;

/// One entry of a peer's outbox: an encoded {@link Envelope} and its number, which rises and is
/// never used again.
public record Outgoing(long seq, @Limit(Envelope.MAX_BYTES) Octets envelope) {
    /// Without the envelope, which may hold secrets.
    @Override
    public String toString() {
        return "outgoing " + seq;
    }
}
