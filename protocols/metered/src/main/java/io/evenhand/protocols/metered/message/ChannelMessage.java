package io.evenhand.protocols.metered.message;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.text.Line;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;

/// What the parties say outside of the stream.
public sealed interface ChannelMessage {
    /// S1, requester.
    @Kind("Propose")
    record Propose(Draft draft) implements ChannelMessage {}

    /// S2, node: the Terms, signed.
    @Kind("Agree")
    record Agree(Terms terms, Signature signature) implements ChannelMessage {}

    /// S3, requester: the Terms with its own signature; the deposit is on its way.
    @Kind("Opened")
    record Opened(Xid xid, Signature signature) implements ChannelMessage {}

    /// Advisory: the sender goes no further. Nothing depends on it.
    ///
    /// @param rule what it is about, by the sender's own word; empty where it has no name
    @Kind("Refuse")
    record Refuse(@Limit(MAX_RULE) String rule, @Limit(MAX_REASON) String reason)
            implements ChannelMessage {
        static final int MAX_RULE = 64;
        static final int MAX_REASON = 1024;

        public Refuse {
            rule = Line.of(rule, MAX_RULE);
            reason = Line.of(reason, MAX_REASON);
        }
    }
}
