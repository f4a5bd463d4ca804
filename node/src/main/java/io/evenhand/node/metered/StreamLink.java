package io.evenhand.node.metered;

import io.evenhand.node.stream.PeerStream;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.StreamMessage;

/// A connection as a channel uses it. A peer that does not read loses it.
public record StreamLink(PeerStream stream) implements ServedChannel.Link {
    /// Bytes of a message: the largest state and output with what seals them.
    public static final int MAX_MESSAGE = Limits.MAX_STATE + Limits.MAX_OUTPUT + (16 << 20);

    @Override
    public void send(StreamMessage message) {
        for (byte[] frame : StreamCodec.encode(message)) {
            if (!stream.send(frame)) {
                stream.close();
                return;
            }
        }
    }
}
