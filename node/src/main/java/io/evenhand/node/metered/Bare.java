package io.evenhand.node.metered;

import io.evenhand.node.peer.Attachments;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.metered.message.ChannelMessage;

/// Nothing travels beside these messages.
final class Bare implements Attachments<ChannelMessage> {
    @Override
    public Attached attached(SessionKey session, ChannelMessage message) {
        return Attached.NOTHING;
    }

    @Override
    public void check(ChannelMessage message) {}

    @Override
    public ChannelMessage renamed(SessionKey session, ChannelMessage sent, Secrets secrets) {
        return sent;
    }
}
