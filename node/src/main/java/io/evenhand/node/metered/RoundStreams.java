package io.evenhand.node.metered;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.stream.PeerStream;
import io.evenhand.node.stream.StreamEnd;
import io.evenhand.node.stream.StreamHandler;
import io.evenhand.protocols.metered.message.StreamMessage;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The streams of a node: each is about one channel, which its first message names.
public final class RoundStreams implements StreamHandler {
    private final Channels channels;
    private final Map<PeerStream, Attached> attached = new ConcurrentHashMap<>();

    /// Finds a channel that is served.
    public interface Channels {
        Optional<ServedChannel> find(PartyId requester, Bytes32 xid);
    }

    public RoundStreams(Channels channels) {
        this.channels = channels;
    }

    private record Attached(StreamCodec codec, Optional<ServedChannel> channel, StreamLink link) {}

    @Override
    public void onFrame(PeerStream stream, byte[] frame) {
        try {
            Attached now =
                    attached.computeIfAbsent(
                            stream,
                            _ ->
                                    new Attached(
                                            new StreamCodec(StreamLink.MAX_MESSAGE),
                                            Optional.empty(),
                                            new StreamLink(stream)));
            Optional<StreamMessage> message = now.codec().take(frame);
            if (message.isPresent()) {
                heard(stream, now, message.get());
            }
        } catch (MalformedException e) {
            stream.close();
        }
    }

    private void heard(PeerStream stream, Attached now, StreamMessage message) {
        if (now.channel().isPresent()) {
            now.channel().get().heard(now.link(), message);
            return;
        }
        Optional<ServedChannel> channel =
                message instanceof StreamMessage.Attach(Bytes32 xid)
                        ? channels.find(stream.peer(), xid)
                        : Optional.empty();
        if (channel.isEmpty()) {
            now.link().send(new StreamMessage.Refuse("NOT_OPEN", "no such channel is open here"));
            stream.close();
            return;
        }
        attached.put(stream, new Attached(now.codec(), channel, now.link()));
        channel.get().attached(now.link());
    }

    @Override
    public void onClosed(PeerStream stream, StreamEnd why) {
        attached.remove(stream);
    }
}
